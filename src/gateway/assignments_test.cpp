// Which assignments reach a player in a realm of many processes.
#include "gateway/assignments.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

using testing::core_assigns;
using testing::core_tells;
using testing::DirectPlayer;
using testing::kEpoch;
using testing::player;
using testing::RpcPlayer;
using testing::TestGateway;
using testing::TestRealm;

using Islands = std::vector<std::string>;
constexpr bool kBff = true;

struct Told {
  explicit Told(Options const& options = {}) : east(realm, "east", options) {
    EXPECT_TRUE(one.log_in(player('a')));
    one.take();
  }
  void assign(std::string const& island, std::uint64_t epoch, bool bff = false,
              std::string const& conn_str = "ws-room:x") {
    core_assigns(realm, player('a'), island, conn_str, epoch, bff);
  }
  /// The islands that the player was told of since the last call.
  Islands islands() {
    Islands all;
    for (auto const& packet : one.take()) all.push_back(packet.island_changed().island_id());
    return all;
  }
  [[nodiscard]] std::int64_t fenced() const { return east.metrics.value(Metric::cluster_fenced); }

  TestRealm realm;
  TestGateway east;
  DirectPlayer one{realm, east.router};
};

TEST(Assignments, OfACoreThatLeadsNoMoreAreDroppedAndCounted) {
  Told told;
  told.assign("I1", kEpoch + 1);
  told.assign("I2", kEpoch);
  EXPECT_EQ(told.islands(), Islands{"I1"});
  EXPECT_EQ(told.fenced(), 1);
  core_tells(told.realm, kEpoch + 2);
  told.assign("I3", kEpoch + 1);
  told.assign("I4", kEpoch + 2);
  EXPECT_EQ(told.islands(), Islands{"I4"});
  EXPECT_EQ(told.fenced(), 2);
}

TEST(Assignments, WhatOneSessionHeardFencesAllOthers) {
  Told told;
  DirectPlayer two(told.realm, told.east.router);
  ASSERT_TRUE(two.log_in(player('b')));
  core_assigns(told.realm, player('b'), "I1", "ws-room:x", kEpoch + 1);
  told.assign("I2", kEpoch);
  EXPECT_EQ(told.islands(), Islands{});
}

TEST(Assignments, OfAKnownCorePassWhileNoneOfOursWasEverHeard) {
  Told told;
  told.assign("I1", 0);
  EXPECT_EQ(told.islands(), Islands{"I1"});
}

TEST(Assignments, OfAKnownCorePassAgainAfterTenSecondsOfSilence) {
  Told told;
  core_tells(told.realm);
  told.realm.advance(Millis{9'999});
  told.assign("I1", 0);
  EXPECT_EQ(told.islands(), Islands{});
  EXPECT_EQ(told.fenced(), 1);
  told.realm.advance(Millis{1});
  told.assign("I1", 0);
  EXPECT_EQ(told.islands(), Islands{"I1"});
}

TEST(Assignments, SilenceCountsOnlyWhileOthersCouldBeHeard) {
  Told told;
  core_tells(told.realm);
  told.realm.advance(Millis{20'000});
  told.east.bus.connected = Millis{500};
  told.assign("I1", 0);
  told.east.bus.connected = std::nullopt;
  told.assign("I1", 0);
  EXPECT_EQ(told.islands(), Islands{});
  told.east.bus.connected = Millis{10'000};
  told.assign("I1", 0);
  EXPECT_EQ(told.islands(), Islands{"I1"});
}

TEST(Assignments, AnEpochFromTheFarFutureShutsNobodyOut) {
  Told told;
  core_tells(told.realm, UINT64_MAX);
  told.assign("I1", UINT64_MAX);
  EXPECT_EQ(told.fenced(), 1);
  told.assign("I2", kEpoch);
  EXPECT_EQ(told.islands(), Islands{"I2"});
}

TEST(Assignments, ThatComeTwiceAreToldOnce) {
  Told told;
  told.assign("I1", kEpoch);
  told.assign("I1", kEpoch);
  told.realm.advance(Millis{3'000});
  told.assign("I1", kEpoch + 1);
  EXPECT_EQ(told.islands(), Islands{"I1"});
  EXPECT_EQ(told.fenced(), 0);
}

TEST(Assignments, WithAnotherConnectionStringAreToldAgain) {
  Told told;
  told.assign("I1", kEpoch, !kBff, "ws-room:one");
  told.assign("I1", kEpoch, !kBff, "ws-room:two");
  EXPECT_EQ(told.islands(), (Islands{"I1", "I1"}));
}

TEST(Assignments, OnBothSubjectsAreToldOnceInAnyOrder) {
  Told told;
  told.assign("I1", kEpoch);
  told.assign("I1", kEpoch, kBff);
  EXPECT_EQ(told.islands(), Islands{"I1"});
  told.assign("I2", kEpoch, kBff);
  told.assign("I2", kEpoch);
  EXPECT_EQ(told.islands(), Islands{"I2"});
  told.assign("I3", kEpoch);
  told.assign("I4", kEpoch);
  told.assign("I3", kEpoch, kBff);
  told.assign("I4", kEpoch, kBff);
  EXPECT_EQ(told.islands(), (Islands{"I3", "I4"})) << "late, the other subject leads nobody back";
}

TEST(Assignments, OfACoreOfTheBffEraAreHeardWhereItIsSpoken) {
  for (auto const dialects : {Dialects::bff, Dialects::both}) {
    Told told({.cluster = {.dialects = dialects}});
    told.assign("I1", 0, kBff);
    told.assign("I2", 0, kBff);
    EXPECT_EQ(told.islands(), (Islands{"I1", "I2"}));
  }
  Told told({.cluster = {.dialects = Dialects::today}});
  told.assign("I1", 0, kBff);
  EXPECT_EQ(told.islands(), Islands{});
}

TEST(Assignments, ThatCannotBeReadAreCountedAndNotPassedOn) {
  Told told;
  told.realm.publish(bus::subjects::island_changed(player('a')), "\xff");
  told.realm.publish(bus::subjects::island_changed(player('a')), "\x0a\x02\xff\xff");
  told.assign(std::string(129, 'i'), kEpoch);
  EXPECT_EQ(told.islands(), Islands{});
  EXPECT_EQ(told.east.metrics.rejected(Errc::malformed_packet), 1);
  EXPECT_EQ(told.east.metrics.rejected(Errc::invalid_utf8), 1);
  EXPECT_EQ(told.east.metrics.rejected(Errc::message_too_big), 1);
}

TEST(Assignments, AreHeardAsASystemTopicWhateverTheSubjectAndFencedThereToo) {
  Told told;
  RpcPlayer bff(told.realm, told.east.router);
  ASSERT_TRUE(bff.log_in(player('b')));
  auto const stream = bff.subscribe("SystemSubscription", player('b').str() + ".island_changed");
  core_assigns(told.realm, player('b'), "I1", "ws-room:x", kEpoch);
  core_assigns(told.realm, player('b'), "I1", "ws-room:x", kEpoch, kBff);
  core_assigns(told.realm, player('b'), "I0", "ws-room:x", kEpoch - 1, kBff);
  auto const heard = bff.read(stream);
  ASSERT_EQ(heard.size(), 1U);
  auto const element =
      wire::decode<testing::bff::SystemTopicSubscriptionResultElem>(heard[0], 1'000).value();
  EXPECT_EQ(element.topic(), player('b').str() + ".island_changed");
  EXPECT_EQ(wire::decode<testing::v3::IslandChangedMessage>(element.payload(), 1'000)->island_id(),
            "I1");
}

}  // namespace
}  // namespace archipelago::gateway
