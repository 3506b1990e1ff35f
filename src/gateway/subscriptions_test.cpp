// What the subscriptions of one login cost, all together.
#include "gateway/subscriptions.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::player;
using testing::RpcPlayer;
using testing::TestRealm;

TEST(Subscriptions, WhatWaitsInAllOfALoginIsBounded) {
  TestRealm realm({.subscriptions_bytes = 10'000});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 8; ++i) one.subscribe("SubscribeToPeerMessages", "t" + std::to_string(i));
  for (int i = 0; i < 8; ++i)
    EXPECT_TRUE(one.published("t" + std::to_string(i), std::string(2'000, 'x')));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages_dropped), 4);
  EXPECT_EQ(realm.rejected(Errc::slow_consumer), 4);
}

TEST(Subscriptions, AnotherLoginHasItsOwnBound) {
  TestRealm realm({.subscriptions_bytes = 3'000});
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('b')));
  one.subscribe("SubscribeToPeerMessages", "x");
  two.subscribe("SubscribeToPeerMessages", "x");
  EXPECT_TRUE(one.published("x", std::string(2'000, 'x')));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages_dropped), 0);
}

TEST(Subscriptions, AStreamThatIsReadMissesNothingBecauseOfOthersThatAreNot) {
  TestRealm realm({.subscriptions_bytes = 3'000});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  one.subscribe("SubscribeToPeerMessages", "unread");
  auto const stream = one.subscribe("PeerSubscription", "read");
  EXPECT_TRUE(one.read(stream).empty());
  EXPECT_TRUE(one.published("unread", std::string(2'900, 'x')));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(one.published("read", std::string(1'000, 'y')));
    EXPECT_EQ(one.read(stream).size(), 1U) << i;
  }
}

TEST(Subscriptions, ABoundOfZeroIsNone) {
  TestRealm realm({.subscriptions_bytes = 0});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 60; ++i) one.subscribe("SubscribeToPeerMessages", "x");
  EXPECT_TRUE(one.published("x", std::string(100'000, 'x')));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages_dropped), 0);
}

TEST(Subscriptions, ManyOfOnePatternHearTheBusOnce) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  std::vector<std::uint32_t> streams;
  for (int i = 0; i < 10; ++i) streams.push_back(one.subscribe("PeerSubscription", "x"));
  realm.settle();
  realm.bus.publish("client-proto.peer." + player('b').str() + ".x", "hello");
  // One for the realm's own ear, one for all ten.
  auto const once = std::ssize("client-proto.peer." + player('b').str() + ".x" + "hello");
  EXPECT_EQ(realm.metrics.value(Metric::bus_waiting_bytes), 2 * once);
  realm.settle();
  for (auto const stream : streams) EXPECT_EQ(one.read(stream).size(), 1U);
}

TEST(Subscriptions, OneOfSeveralOnAPatternMayEndAndTheOthersGoOn) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const first = one.subscribe("PeerSubscription", "x");
  auto const second = one.subscribe("PeerSubscription", "x");
  EXPECT_TRUE(one.read(first).empty());
  EXPECT_TRUE(one.read(second).empty());
  one.close_stream(first, 0);
  EXPECT_TRUE(one.published("x", "1"));
  EXPECT_EQ(one.read(second).size(), 1U);
  one.close_stream(second, 1);
  EXPECT_TRUE(one.published("x", "2"));
  auto const again = one.subscribe("PeerSubscription", "x");
  EXPECT_TRUE(one.published("x", "3"));
  EXPECT_EQ(one.read(again).size(), 1U);
}

TEST(Subscriptions, RequestsThatCannotBeReadAreBorneForAWhile) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 5; ++i) one.call_bytes("PublishToTopic", "\xff\xff");
  EXPECT_FALSE(one.connection.closed_why);
  realm.advance(Millis{12'000});
  one.call_bytes("SubscribeToPeerMessages", "\xff\xff");
  EXPECT_FALSE(one.connection.closed_why) << "five a minute";
  one.call_bytes("SendHeartbeat", "\xff\xff");
  EXPECT_EQ(one.connection.closed_why, Errc::malformed_packet);
  EXPECT_EQ(realm.rejected(Errc::malformed_packet), 7);
}

TEST(Subscriptions, ALoginHasAFewStreamsOfCommandsAndNoMore) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(one.error(one.call_bytes("GetCommsCommands")), "");
  EXPECT_EQ(one.error(one.call_bytes("GetCommsCommands")), "too_many_subscriptions");
}

}  // namespace
}  // namespace archipelago::gateway
