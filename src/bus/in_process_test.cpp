#include "bus/in_process.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"

namespace archipelago::bus {
namespace {

struct BusTest : ::testing::Test {
  Metrics metrics;
  InProcessBus bus{metrics};
  VirtualLoop loop;
  std::unique_ptr<Mailbox> mailbox = bus.open(loop, {.messages = 4, .bytes = 1'000});
  std::vector<std::string> heard;

  Handler note(std::string who) {
    return [this, who = std::move(who)](Message const& m) {
      heard.push_back(who + ":" + m.subject + "=" + m.payload);
    };
  }
};

TEST_F(BusTest, AMessageReachesEveryMatchingSubscription) {
  auto const exact = mailbox->subscribe("peer.a.heartbeat", note("exact"));
  auto const star = mailbox->subscribe("peer.*.heartbeat", note("star"));
  auto const rest = mailbox->subscribe("peer.>", note("rest"));
  auto const other = mailbox->subscribe("peer.b.heartbeat", note("other"));
  bus.publish("peer.a.heartbeat", "x");
  loop.run_posted();
  EXPECT_EQ(heard.size(), 3U);
}

TEST_F(BusTest, HandlersNeverRunInsidePublish) {
  auto const subscription = mailbox->subscribe("a", note("s"));
  bus.publish("a", "");
  EXPECT_TRUE(heard.empty());
}

TEST_F(BusTest, MessagesOfOnePublisherArriveInOrder) {
  auto const subscription = mailbox->subscribe("a.*", note("s"));
  bus.publish("a.1", "");
  bus.publish("a.2", "");
  bus.publish("a.1", "again");
  loop.run_posted();
  EXPECT_EQ(heard, (std::vector<std::string>{"s:a.1=", "s:a.2=", "s:a.1=again"}));
}

TEST_F(BusTest, AFullMailboxDropsTheNewestAndCountsThem) {
  auto const subscription = mailbox->subscribe("a", note("s"));
  for (int i = 0; i < 6; ++i) bus.publish("a", std::to_string(i));
  loop.run_posted();
  EXPECT_EQ(heard.size(), 4U);
  EXPECT_EQ(heard.back(), "s:a=3");
  EXPECT_EQ(metrics.value(Metric::bus_messages_dropped), 2);
}

TEST_F(BusTest, AFloodOfOthersDoesNotCostAVitalMessage) {
  auto const flooded = mailbox->subscribe("topic", note("topic"));
  auto const vital = mailbox->subscribe("gone", note("vital"), Weight::vital);
  for (int i = 0; i < 10; ++i) bus.publish("topic", "");
  bus.publish("gone", "a");
  loop.run_posted();
  EXPECT_EQ(heard.size(), 5U);
  EXPECT_EQ(heard.back(), "vital:gone=a");
  EXPECT_EQ(metrics.rejected(Errc::overloaded), 6);
}

TEST_F(BusTest, EvenVitalMessagesAreBounded) {
  auto const vital = mailbox->subscribe("gone", note("vital"), Weight::vital);
  for (int i = 0; i < 10; ++i) bus.publish("gone", "");
  loop.run_posted();
  EXPECT_EQ(heard.size(), 8U);
}

TEST_F(BusTest, AVitalMessageIsNeverLostUncounted) {
  auto const vital = mailbox->subscribe("gone", note("vital"), Weight::vital);
  for (int i = 0; i < 10; ++i) bus.publish("gone", "");
  EXPECT_EQ(metrics.value(Metric::bus_vital_dropped), 2);
  EXPECT_EQ(metrics.value(Metric::bus_messages_dropped), 2);
}

TEST_F(BusTest, AFullMailboxIsAlsoOneOfManyBytes) {
  auto const topic = mailbox->subscribe("topic", note("topic"));
  auto const vital = mailbox->subscribe("gone", note("vital"), Weight::vital);
  for (int i = 0; i < 3; ++i) bus.publish("topic", std::string(400, 'x'));
  for (int i = 0; i < 3; ++i) bus.publish("gone", std::string(400, 'y'));
  EXPECT_EQ(metrics.value(Metric::bus_messages_dropped), 2);  // the third of each
  EXPECT_EQ(metrics.value(Metric::bus_vital_dropped), 1);
  EXPECT_EQ(metrics.value(Metric::bus_waiting_bytes), 1'618);
  loop.run_posted();
  EXPECT_EQ(heard.size(), 4U);
  EXPECT_EQ(metrics.value(Metric::bus_waiting_bytes), 0);
  bus.publish("topic", std::string(400, 'x'));
  loop.run_posted();
  EXPECT_EQ(heard.size(), 5U);
}

TEST_F(BusTest, ACapacityOfZeroIsNoLimit) {
  auto const boundless = bus.open(loop, {.messages = 0, .bytes = 0});
  std::size_t count = 0;
  auto const subscription = boundless->subscribe("a", [&](Message const&) { ++count; });
  for (int i = 0; i < 100; ++i) bus.publish("a", std::string(100, 'x'));
  loop.run_posted();
  EXPECT_EQ(count, 100U);
}

TEST_F(BusTest, WhatWaitsInAMailboxThatEndsIsNotCountedAnyMore) {
  auto const subscription = mailbox->subscribe("a", note("s"));
  bus.publish("a", "waiting");
  EXPECT_EQ(metrics.value(Metric::bus_waiting_bytes), 8);
  mailbox.reset();
  EXPECT_EQ(metrics.value(Metric::bus_waiting_bytes), 0);
}

TEST_F(BusTest, AnEndedSubscriptionHearsNothingEvenOfWhatWasWaiting) {
  auto subscription = mailbox->subscribe("a", note("s"));
  bus.publish("a", "waiting");
  subscription.end();
  bus.publish("a", "later");
  loop.run_posted();
  EXPECT_TRUE(heard.empty());
}

TEST_F(BusTest, AHandlerMayEndItsOwnSubscription) {
  Subscription subscription;
  subscription = mailbox->subscribe("a", [&](Message const& m) {
    heard.push_back(m.payload);
    subscription.end();
  });
  bus.publish("a", "first");
  bus.publish("a", "second");
  loop.run_posted();
  EXPECT_EQ(heard, std::vector<std::string>{"first"});
}

TEST_F(BusTest, WhatWaitsEndsWithTheMailbox) {
  auto const alive = std::make_shared<int>();
  auto const subscription = mailbox->subscribe("a", [alive](Message const&) { FAIL(); });
  bus.publish("a", "waiting");
  mailbox.reset();
  bus.publish("a", "later");
  loop.run_posted();
  EXPECT_EQ(alive.use_count(), 2);
}

TEST_F(BusTest, ASubscriptionMayOutliveTheBus) {
  std::unique_ptr<Mailbox> kept_box;
  Subscription kept;
  {
    InProcessBus short_lived(metrics);
    kept_box = short_lived.open(loop, {.messages = 1});
    kept = kept_box->subscribe("a", note("s"));
    short_lived.publish("a", "x");
  }
  loop.run_posted();
  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(BusTest, PublishersOnManyThreadsLoseNothingThatFits) {
  auto const roomy = bus.open(loop, {.messages = 4000});
  std::size_t count = 0;
  auto const subscription = roomy->subscribe("t.*", [&](Message const&) { ++count; });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([this, t] {
        for (int i = 0; i < 1000; ++i) bus.publish("t." + std::to_string(t), "");
      });
  }
  loop.run_posted();
  EXPECT_EQ(count, 4000U);
}

}  // namespace
}  // namespace archipelago::bus
