// Topics, subscriptions and the comms director over dcl-rpc.
#include "gateway/bff_services.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::heartbeat_at;
using testing::player;
using testing::RpcPlayer;
using testing::TestRealm;
namespace bff = decentraland::bff;

std::string const kA = player('a').str();
std::string const kB = player('b').str();

std::uint32_t id_of(RpcPlayer& who, std::uint32_t call) {
  EXPECT_TRUE(who.answered(call));
  return who.reply<bff::Subscription>(call).subscription_id();
}

TEST(Topic, AMessageReachesASubscriberOnAnotherConnectionWithItsSender) {
  TestRealm realm;
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('b')));
  auto const id = id_of(two, two.subscribe("SubscribeToPeerMessages", "abc"));
  auto const stream = two.get("GetPeerMessages", id);
  EXPECT_TRUE(two.read(stream).empty());
  EXPECT_TRUE(one.published("abc", "hello"));
  auto const elements = two.read(stream);
  ASSERT_EQ(elements.size(), 1U);
  auto const element =
      wire::decode<bff::PeerTopicSubscriptionResultElem>(elements[0], 1'000).value();
  EXPECT_EQ(element.payload(), "hello");
  EXPECT_EQ(element.topic(), "abc");
  EXPECT_EQ(element.sender(), kA);
}

TEST(Topic, APlayerHearsItself) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const stream = one.subscribe("PeerSubscription", "abc");
  EXPECT_TRUE(one.published("abc", "x"));
  EXPECT_EQ(one.read(stream).size(), 1U);
}

TEST(Topic, OwnAssignmentsComeWhateverTheLetterCase) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToSystemMessages",
                                           "0x" + std::string(40, 'A') + ".island_changed"));
  realm.assign(player('b'), "I2", "other");
  realm.assign(player('a'), "I1", "ws-room:x");
  auto const elements = one.read(one.get("GetSystemMessages", id));
  ASSERT_EQ(elements.size(), 1U);
  auto const element =
      wire::decode<bff::SystemTopicSubscriptionResultElem>(elements[0], 1'000).value();
  EXPECT_EQ(element.topic(), kA + ".island_changed");
}

TEST(Topic, RefusalsAreErrorsAndCounted) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (auto const* const procedure : {"SubscribeToSystemMessages", "SystemSubscription"}) {
    EXPECT_EQ(one.error(one.subscribe(procedure, "a..b")), "Invalid topic a..b");
    EXPECT_EQ(one.error(one.subscribe(procedure, "peer.*.heartbeat")),
              "Forbidden topic peer.*.heartbeat");
    EXPECT_EQ(one.error(one.subscribe(procedure, kB + ".island_changed")),
              "Forbidden topic " + kB + ".island_changed");
  }
  for (auto const* const procedure : {"SubscribeToPeerMessages", "PeerSubscription"}) {
    EXPECT_EQ(one.error(one.subscribe(procedure, "")), "Invalid topic ");
    EXPECT_EQ(one.error(one.subscribe(procedure, "heartbeat")), "Forbidden topic heartbeat");
  }
  EXPECT_EQ(one.error(one.publish("a.", "x")), "Invalid topic a.");
  EXPECT_EQ(one.error(one.publish("a.*", "x")), "Forbidden topic a.*");
  EXPECT_EQ(realm.rejected(Errc::invalid_topic), 5);
  EXPECT_EQ(realm.rejected(Errc::forbidden_topic), 7);
  EXPECT_FALSE(one.connection.closed_why);
}

TEST(Topic, ARequestThatDoesNotDecodeIsAnError) {
  TestRealm realm({.garbage = {.per_second = 1, .burst = 7 * kGarbageCost}});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (auto const* const procedure :
       {"SubscribeToPeerMessages", "GetPeerMessages", "UnsubscribeToPeerMessages", "PublishToTopic",
        "PeerSubscription", "SendHeartbeat"})
    EXPECT_EQ(one.error(one.call_bytes(procedure, "\x0a\x05")), "Cannot decode the request")
        << procedure;
  EXPECT_EQ(one.error(one.publish("heartbeat", "\x0a\x05")), "Cannot decode the request");
  EXPECT_EQ(realm.rejected(Errc::malformed_packet), 7);
}

TEST(Topic, TextThatIsNotUtf8IsAnError) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_NE(one.error(one.call_bytes("SubscribeToPeerMessages", "\x0a\x01\xff")), "");
  EXPECT_EQ(realm.rejected(Errc::invalid_utf8), 1);
}

TEST(Topic, ABffHeartbeatGoesBelowTheClientsSubjects) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)realm.heard();
  auto const bytes = wire::encode(heartbeat_at(1, 2));
  EXPECT_TRUE(one.published("heartbeat", bytes));
  auto const heard = realm.heard();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].subject, "client-proto.peer." + kA + ".heartbeat");
  EXPECT_EQ(heard[0].payload, bytes);
}

TEST(Subscription, IdsCountFromZeroOverBothKinds) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_EQ(id_of(one, one.subscribe("SubscribeToPeerMessages", "x")), 0U);
  EXPECT_EQ(id_of(one, one.subscribe("SubscribeToSystemMessages", "y")), 1U);
  one.subscribe("PeerSubscription", "z");
  EXPECT_EQ(id_of(one, one.subscribe("SubscribeToPeerMessages", "x")), 2U);
}

TEST(Subscription, WhatCameBeforeTheStreamIsKeptUpToFifty) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(one.published("x", std::to_string(i)));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages_dropped), 10);
  auto const elements = one.read(one.get("GetPeerMessages", id));
  ASSERT_EQ(elements.size(), 50U);
  EXPECT_EQ(wire::decode<bff::PeerTopicSubscriptionResultElem>(elements[49], 1'000)->payload(),
            "49");
}

TEST(Subscription, AStreamThatNobodyReadsKeepsFiftyToo) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const stream = one.subscribe("PeerSubscription", "x");
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(one.published("x", std::to_string(i)));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages_dropped), 10);
  EXPECT_EQ(one.read(stream).size(), 50U);
}

TEST(Subscription, WaitingBytesAreBoundedButTheFirstMessageAlwaysFits) {
  TestRealm realm({.subscription_bytes = 1'000});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  auto const stream = one.subscribe("PeerSubscription", "x");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(one.published("x", std::string(2'000, 'a')));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages_dropped), 4);
  EXPECT_EQ(one.read(one.get("GetPeerMessages", id)).size(), 1U);
  EXPECT_EQ(one.read(stream).size(), 1U);
}

TEST(Subscription, UnknownIdsStreamNothing) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const stream = one.get("GetPeerMessages", 9);
  EXPECT_TRUE(one.read(stream).empty());
  EXPECT_TRUE(one.stream_closed(stream));
}

TEST(Subscription, AnIdOfTheOtherKindStreamsNothing) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  auto const stream = one.get("GetSystemMessages", id);
  (void)one.read(stream);
  EXPECT_TRUE(one.stream_closed(stream));
}

TEST(Subscription, AnIdStreamsOnce) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  auto const first = one.get("GetPeerMessages", id);
  auto const second = one.get("GetPeerMessages", id);
  (void)one.read(first);
  (void)one.read(second);
  EXPECT_FALSE(one.stream_closed(first));
  EXPECT_TRUE(one.stream_closed(second));
}

TEST(Subscription, UnsubscribingEndsTheStreamAndIsAlwaysOk) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  auto const stream = one.get("GetPeerMessages", id);
  EXPECT_TRUE(one.read(stream).empty());
  EXPECT_TRUE(one.reply<bff::UnsubscriptionResult>(one.get("UnsubscribeToPeerMessages", id)).ok());
  EXPECT_TRUE(one.stream_closed(stream));
  EXPECT_TRUE(
      one.reply<bff::UnsubscriptionResult>(one.get("UnsubscribeToSystemMessages", 77)).ok());
}

TEST(Subscription, AStreamThatTheClientEndsEndsTheSubscription) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const id = id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  auto const stream = one.get("GetPeerMessages", id);
  EXPECT_TRUE(one.read(stream).empty());
  one.close_stream(stream, 0);
  EXPECT_TRUE(one.published("x", "1"));
  auto const again = one.get("GetPeerMessages", id);
  EXPECT_TRUE(one.read(again).empty());
  EXPECT_TRUE(one.stream_closed(again));
}

TEST(Subscription, TheirNumberIsBounded) {
  TestRealm realm({.subscriptions = 3});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 3; ++i) id_of(one, one.subscribe("SubscribeToPeerMessages", "x"));
  EXPECT_EQ(one.error(one.subscribe("SubscribeToPeerMessages", "x")), "too_many_subscriptions");
  EXPECT_EQ(one.error(one.subscribe("PeerSubscription", "x")), "too_many_subscriptions");
  EXPECT_EQ(realm.rejected(Errc::too_many_subscriptions), 2);
  one.get("UnsubscribeToPeerMessages", 1);
  EXPECT_EQ(id_of(one, one.subscribe("SubscribeToPeerMessages", "x")), 3U);
}

TEST(Subscription, AReplacedClientHearsNothingMore) {
  TestRealm realm;
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const topic = one.subscribe("SystemSubscription", kA + ".island_changed");
  auto const commands = one.call_bytes("GetCommsCommands");
  (void)one.read(topic);
  (void)one.read(commands);
  ASSERT_TRUE(two.log_in(player('a')));
  realm.assign(player('a'), "I1", "ws-room:x");
  EXPECT_TRUE(one.read(topic).empty());
  EXPECT_TRUE(one.read(commands).empty());
  EXPECT_TRUE(one.stream_closed(topic));
  EXPECT_TRUE(one.stream_closed(commands));
  EXPECT_EQ(one.error(one.subscribe("PeerSubscription", "x")), "replaced");
}

TEST(Subscription, TooManyRequestsAreRefused) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  std::string error;
  for (int i = 0; i < 200 && error.empty(); ++i)
    error = one.error(one.get("UnsubscribeToPeerMessages", 0));
  EXPECT_EQ(error, "rate_limited");
  EXPECT_FALSE(one.connection.closed_why);
}

std::string connection_string(std::string const& element) {
  return wire::decode<bff::WorldCommand>(element, 10'000)->set_comms_adapter().connection_string();
}

TEST(CommsDirector, EachNewIslandIsACommandAndTheCurrentOneComesFirst) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const early = one.call_bytes("GetCommsCommands");
  EXPECT_TRUE(one.read(early).empty());
  realm.assign(player('a'), "I1", "ws-room:1");
  auto const late = one.call_bytes("GetCommsCommands");
  realm.assign(player('a'), "I2", "ws-room:2");
  for (auto const stream : {early, late}) {
    auto const elements = one.read(stream);
    ASSERT_EQ(elements.size(), 2U);
    EXPECT_EQ(connection_string(elements[0]), "ws-room:1");
    EXPECT_EQ(connection_string(elements[1]), "ws-room:2");
  }
}

TEST(CommsDirector, WhatIsNoAssignmentIsNoCommand) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const early = one.call_bytes("GetCommsCommands");
  realm.publish(bus::subjects::island_changed(player('a')), "\xff\xff");
  auto const late = one.call_bytes("GetCommsCommands");
  EXPECT_TRUE(one.read(early).empty());
  EXPECT_TRUE(one.read(late).empty());
  EXPECT_FALSE(one.stream_closed(early));
}

TEST(CommsDirector, AHeartbeatIsPublishedInTodaysDialect) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)realm.heard();
  EXPECT_TRUE(one.answered(one.call("SendHeartbeat", heartbeat_at(1, 2))));
  auto const heard = realm.heard();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].subject, "peer." + kA + ".heartbeat");
  EXPECT_EQ(heard[0].payload, wire::encode(heartbeat_at(1, 2)));
}

TEST(CommsDirector, AClientThatReadsNoCommandsGetsAnError) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const stream = one.call_bytes("GetCommsCommands");
  for (int i = 0; i < 30; ++i) realm.assign(player('a'), "I1", "ws-room:1");
  EXPECT_EQ(one.read(stream).size(), 16U);
  EXPECT_EQ(one.error(stream), "slow_consumer");
}

}  // namespace
}  // namespace archipelago::gateway
