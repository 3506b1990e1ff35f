// What every bus promises (bus.hpp), of each of them.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"
#include "bus/eventually.hpp"
#include "bus/in_process.hpp"
#include "bus/nats_bus.hpp"
#include "bus/nats_server.hpp"

namespace archipelago::bus {
namespace {

using testing::eventually;

struct InProcess {
  Metrics metrics;
  InProcessBus bus{metrics};
  void settle() {}
};

struct OverNats {
  testing::NatsServer server;
  Metrics metrics;
  std::unique_ptr<NatsBus> owned = *NatsBus::connect({.servers = {server.url()}}, metrics);
  NatsBus& bus = *owned;
  /// What was published before has come to the mailboxes: delivery runs in the order of the wire.
  void settle() {
    VirtualLoop loop;
    auto const mailbox = bus.open(loop, {});
    bool heard = false;
    auto const last = mailbox->subscribe("settle", [&](Message const&) { heard = true; });
    bus.publish("settle", "");
    EXPECT_TRUE(eventually(loop, [&] { return heard; }));
  }
};

template <class Kind>
struct AnyBus : ::testing::Test {
  Kind kind;
  VirtualLoop loop;
  std::vector<std::string> heard;
  std::unique_ptr<Mailbox> mailbox = kind.bus.open(loop, {.messages = 4, .bytes = 1'000});

  Bus& bus() { return kind.bus; }
  void run() {
    kind.settle();
    loop.run_posted();
  }
  Handler note(std::string who) {
    return [this, who = std::move(who)](Message const& m) {
      heard.push_back(who + ":" + m.subject + "=" + m.payload);
    };
  }
};

using Kinds = ::testing::Types<InProcess, OverNats>;
TYPED_TEST_SUITE(AnyBus, Kinds);

TYPED_TEST(AnyBus, ReachesEveryMatchingSubscription) {
  auto const exact = this->mailbox->subscribe("peer.a.heartbeat", this->note("exact"));
  auto const star = this->mailbox->subscribe("peer.*.heartbeat", this->note("star"));
  auto const rest = this->mailbox->subscribe("peer.>", this->note("rest"));
  auto const other = this->mailbox->subscribe("peer.b.heartbeat", this->note("other"));
  this->bus().publish("peer.a.heartbeat", "x");
  this->run();
  std::sort(this->heard.begin(), this->heard.end());
  EXPECT_EQ(this->heard,
            (std::vector<std::string>{"exact:peer.a.heartbeat=x", "rest:peer.a.heartbeat=x",
                                      "star:peer.a.heartbeat=x"}));
}

TYPED_TEST(AnyBus, KeepsTheOrderOfAPublisherAcrossSubjects) {
  auto const subscription = this->mailbox->subscribe("a.*", this->note("s"));
  this->bus().publish("a.1", "");
  this->bus().publish("a.2", "");
  this->bus().publish("a.1", "again");
  this->run();
  EXPECT_EQ(this->heard, (std::vector<std::string>{"s:a.1=", "s:a.2=", "s:a.1=again"}));
}

TYPED_TEST(AnyBus, KeepsTheOrderOfAPublisherAcrossPatterns) {
  auto const first = this->mailbox->subscribe("gone", this->note("1"));
  auto const second = this->mailbox->subscribe("came", this->note("2"));
  this->bus().publish("came", "");
  this->bus().publish("gone", "");
  this->bus().publish("came", "");
  this->run();
  EXPECT_EQ(this->heard, (std::vector<std::string>{"2:came=", "1:gone=", "2:came="}));
}

TYPED_TEST(AnyBus, NeverRunsHandlersOutsideTheLoop) {
  auto const subscription = this->mailbox->subscribe("a", this->note("s"));
  this->bus().publish("a", "");
  this->kind.settle();
  EXPECT_TRUE(this->heard.empty());
  this->loop.run_posted();
  EXPECT_EQ(this->heard.size(), 1U);
}

TYPED_TEST(AnyBus, CarriesTheEpochBesideThePayload) {
  std::vector<std::uint64_t> epochs;
  auto const subscription = this->mailbox->subscribe("a", [&](Message const& m) {
    epochs.push_back(m.epoch);
    EXPECT_EQ(m.payload, std::string("\0\xff\r\n", 4));
  });
  std::string const payload("\0\xff\r\n", 4);
  this->bus().publish("a", payload, 1'764'000'000'123);
  this->bus().publish("a", payload);
  this->bus().publish("a", payload, ~std::uint64_t{0});
  this->run();
  EXPECT_EQ(epochs, (std::vector<std::uint64_t>{1'764'000'000'123, 0, ~std::uint64_t{0}}));
}

TYPED_TEST(AnyBus, DropsTheNewestWhereAMailboxIsFullAndCountsThem) {
  auto const subscription = this->mailbox->subscribe("a", this->note("s"));
  for (int i = 0; i < 6; ++i) this->bus().publish("a", std::to_string(i));
  this->run();
  ASSERT_EQ(this->heard.size(), 4U);
  EXPECT_EQ(this->heard.back(), "s:a=3");
  EXPECT_EQ(this->kind.metrics.value(Metric::bus_messages_dropped), 2);
}

TYPED_TEST(AnyBus, LosesNoVitalMessageToAFloodOfOthersAndBoundsThoseToo) {
  auto const flooded = this->mailbox->subscribe("topic", this->note("topic"));
  auto const vital = this->mailbox->subscribe("gone", this->note("vital"), Weight::vital);
  for (int i = 0; i < 10; ++i) this->bus().publish("topic", "");
  for (int i = 0; i < 10; ++i) this->bus().publish("gone", "");
  this->run();
  EXPECT_EQ(this->heard.size(), 8U);
  EXPECT_EQ(this->heard.back(), "vital:gone=");
  EXPECT_EQ(this->kind.metrics.value(Metric::bus_vital_dropped), 6);
}

TYPED_TEST(AnyBus, TellsAnEndedSubscriptionNothingEvenOfWhatWasWaiting) {
  auto subscription = this->mailbox->subscribe("a", this->note("s"));
  this->bus().publish("a", "waiting");
  this->kind.settle();
  subscription.end();
  this->bus().publish("a", "later");
  this->run();
  EXPECT_TRUE(this->heard.empty());
}

TYPED_TEST(AnyBus, TakesAPatternAgainThatWasEndedAMomentAgo) {
  for (int i = 0; i < 50; ++i) {
    auto subscription = this->mailbox->subscribe("a", this->note("old"));
    subscription.end();
  }
  auto const again = this->mailbox->subscribe("a", this->note("new"));
  this->bus().publish("a", "");
  this->run();
  EXPECT_EQ(this->heard, std::vector<std::string>{"new:a="});
}

TYPED_TEST(AnyBus, LetsWhatWaitsEndWithTheMailbox) {
  auto const alive = std::make_shared<int>();
  auto subscription = this->mailbox->subscribe("a", [alive](Message const&) { FAIL(); });
  this->bus().publish("a", "waiting");
  this->kind.settle();
  this->mailbox.reset();
  this->bus().publish("a", "later");
  this->run();
  EXPECT_EQ(alive.use_count(), 2);
  subscription.end();
  EXPECT_EQ(alive.use_count(), 1);
}

TYPED_TEST(AnyBus, LosesNothingThatFitsOfManyPublishers) {
  auto const roomy = this->bus().open(this->loop, {.messages = 4'000});
  std::size_t count = 0;
  auto const subscription = roomy->subscribe("t.*", [&](Message const&) { ++count; });
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([this, t] {
        for (int i = 0; i < 1'000; ++i) this->bus().publish("t." + std::to_string(t), "");
      });
  }
  this->run();
  EXPECT_EQ(count, 4'000U);
}

TYPED_TEST(AnyBus, IsConnectedWhileMessagesPass) {
  EXPECT_TRUE(this->bus().connected_for().has_value());
}

}  // namespace
}  // namespace archipelago::bus
