// Heartbeats to cores of ours, many in a message, and to known ones.
#include "gateway/heartbeat_sender.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

using testing::core_tells;
using testing::DirectPlayer;
using testing::heartbeat_at;
using testing::kEpoch;
using testing::player;
using testing::RpcPlayer;
using testing::TestGateway;
using testing::TestRealm;

std::string const kA = player('a').str();
std::string const kToday = "peer." + kA + ".heartbeat";
std::string const kBff = "client-proto.peer." + kA + ".heartbeat";

struct Beats {
  explicit Beats(Options const& options = {}) : east(realm, "east", options) {
    EXPECT_TRUE(one.log_in(player('a')));
    realm.advance(Millis{1});
    realm.heard();
    one.take();
  }

  /// All beats published within a batch's time.
  std::vector<cluster::Heartbeats> batches() {
    realm.advance(HeartbeatSender::kDelay);
    return testing::decoded<cluster::Heartbeats>(realm.heard(), bus::subjects::kClusterHeartbeats);
  }
  cluster::Beat beat(std::optional<std::string> const& wish = std::nullopt) {
    realm.advance(Millis{200});
    auto said = heartbeat_at(1, 2);
    if (wish) said.set_desired_room(*wish);
    one.beat(said);
    auto const all = batches();
    return all.empty() ? cluster::Beat{} : all.at(0).beats(0);
  }

  TestRealm realm;
  TestGateway east;
  DirectPlayer one{realm, east.router};
};

TEST(HeartbeatSender, WhileACoreOfOursLeadsBeatsGoTogether) {
  Beats beats;
  core_tells(beats.realm);
  DirectPlayer two(beats.realm, beats.east.router);
  ASSERT_TRUE(two.log_in(player('b')));
  beats.realm.heard();
  beats.one.beat(heartbeat_at(1, 2));
  two.beat(heartbeat_at(3, 4));
  EXPECT_EQ(beats.realm.subjects(), std::vector<std::string>{});
  auto const all = beats.batches();
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].beats_size(), 2);
  EXPECT_EQ(all[0].gateway(), "east");
  auto const& beat = all[0].beats(1);
  EXPECT_EQ(Address::from_bytes(beat.address()), player('b'));
  EXPECT_EQ(beat.x(), 3);
  EXPECT_EQ(beat.z(), 4);
  EXPECT_EQ(beat.told(), 0U);
  EXPECT_GE(beat.login(), kEpoch);
  EXPECT_FALSE(beat.has_desired_room());
  EXPECT_EQ(beats.east.metrics.value(Metric::heartbeats), 2);
  EXPECT_EQ(beats.east.metrics.value(Metric::cluster_batches), 1);
}

TEST(HeartbeatSender, OfOnePlayerTheLatestPositionGoesOnce) {
  Beats beats;
  core_tells(beats.realm);
  beats.one.beat(heartbeat_at(1, 2));
  beats.one.beat(heartbeat_at(5, 6));
  auto const all = beats.batches();
  ASSERT_EQ(all.at(0).beats_size(), 1);
  EXPECT_EQ(all[0].beats(0).x(), 5);
  EXPECT_TRUE(beats.batches().empty()) << "nothing is said twice";
}

TEST(HeartbeatSender, SaysWhichIslandWasToldLast) {
  Beats beats;
  core_tells(beats.realm);
  DirectPlayer two(beats.realm, beats.east.router);
  ASSERT_TRUE(two.log_in(player('b')));
  for (auto const who : {'a', 'b'}) beats.realm.assign(player(who), "I1", "ws-room:x");
  EXPECT_TRUE(beats.one.take().empty()) << "a known core while one of ours leads";
  auto const tell = [&](char who, std::string const& island) {
    testing::core_assigns(beats.realm, player(who), island, "ws-room:" + island);
  };
  tell('a', "I1");
  tell('b', "I1");
  beats.one.beat(heartbeat_at(1, 2));
  two.beat(heartbeat_at(1, 2));
  auto all = beats.batches();
  ASSERT_EQ(all.at(0).islands_size(), 1);
  EXPECT_EQ(all[0].islands(0), "I1");
  EXPECT_EQ(all[0].beats(0).told(), 1U);
  EXPECT_EQ(all[0].beats(1).told(), 1U);
  tell('b', "I2");
  beats.one.beat(heartbeat_at(1, 2));
  two.beat(heartbeat_at(1, 2));
  all = beats.batches();
  ASSERT_EQ(all.at(0).islands_size(), 2);
  EXPECT_EQ(all[0].islands(static_cast<int>(all[0].beats(1).told()) - 1), "I2");
}

TEST(HeartbeatSender, SaysWhereThatIslandIsButNoSecrets) {
  Beats beats;
  core_tells(beats.realm);
  testing::core_assigns(beats.realm, player('a'), "I1", "ws-room:wss://x/I1?access_token=secret");
  beats.one.beat(heartbeat_at(1, 2));
  auto const all = beats.batches();
  ASSERT_EQ(all.at(0).connections_size(), 1);
  EXPECT_EQ(all[0].connections(0), "ws-room:wss://x/I1");
}

TEST(HeartbeatSender, TellsTheWayThatEachPlayerWasToldThoughTheIslandIsTheSame) {
  Beats beats;
  core_tells(beats.realm);
  DirectPlayer two(beats.realm, beats.east.router);
  ASSERT_TRUE(two.log_in(player('b')));
  testing::core_assigns(beats.realm, player('a'), "I1", "ws-room:wss://x/I1?access_token=a");
  testing::core_assigns(beats.realm, player('b'), "I1", "ws-room:wss://y/I1?access_token=b");
  beats.one.beat(heartbeat_at(1, 2));
  two.beat(heartbeat_at(1, 2));
  auto const all = beats.batches();
  ASSERT_EQ(all.at(0).connections_size(), 2);
  auto const way = [&](int beat) {
    return all[0].connections(static_cast<int>(all[0].beats(beat).told()) - 1);
  };
  EXPECT_EQ(way(0), "ws-room:wss://x/I1");
  EXPECT_EQ(way(1), "ws-room:wss://y/I1");
}

TEST(HeartbeatSender, AWishStandsUntilAnotherIsSaid) {
  Beats beats;
  core_tells(beats.realm);
  EXPECT_FALSE(beats.beat().has_desired_room());
  EXPECT_EQ(beats.beat("I7").desired_room(), "I7");
  EXPECT_EQ(beats.beat().desired_room(), "I7");
  auto const withdrawn = beats.beat("");
  EXPECT_TRUE(withdrawn.has_desired_room());
  EXPECT_EQ(withdrawn.desired_room(), "");
  EXPECT_TRUE(beats.beat().has_desired_room());
}

TEST(HeartbeatSender, AWishThatAKnownCoreHeardIsToldToOursToo) {
  Beats beats;
  beats.beat("I7");
  core_tells(beats.realm);
  EXPECT_EQ(beats.beat().desired_room(), "I7");
}

TEST(HeartbeatSender, ANewSessionHasNoWishAndWasToldNothing) {
  Beats beats;
  core_tells(beats.realm);
  beats.beat("I7");
  DirectPlayer again(beats.realm, beats.east.router);
  ASSERT_TRUE(again.log_in(player('a')));
  again.beat(heartbeat_at(1, 2));
  EXPECT_FALSE(beats.batches().at(0).beats(0).has_desired_room());
}

TEST(HeartbeatSender, AWishTooLongForTheIslandsIsRefused) {
  Beats beats;
  core_tells(beats.realm);
  EXPECT_EQ(beats.beat(std::string(129, 'i')).login(), 0U);
  EXPECT_EQ(beats.east.metrics.rejected(Errc::message_too_big), 1);
  EXPECT_EQ(beats.beat(std::string(128, 'i')).desired_room().size(), 128U);
}

TEST(HeartbeatSender, AHeartbeatWithoutAPositionMovesNobody) {
  Beats beats;
  core_tells(beats.realm);
  beats.one.beat({});
  EXPECT_TRUE(beats.batches().empty());
}

TEST(HeartbeatSender, AfterTwoSecondsWithoutACoreOfOursKnownOnesHear) {
  Beats beats;
  core_tells(beats.realm);
  beats.realm.advance(Millis{1'999});
  beats.realm.heard();
  beats.one.beat(heartbeat_at(1, 2));
  EXPECT_EQ(beats.realm.subjects(), std::vector<std::string>{});
  beats.realm.advance(Millis{200});
  beats.realm.heard();
  beats.one.beat(heartbeat_at(1, 2));
  EXPECT_EQ(beats.realm.subjects(), std::vector<std::string>{kToday});
}

TEST(HeartbeatSender, WithoutBatchesEachGoesToItsKnownSubject) {
  Beats beats({.cluster = {.batches = false}});
  core_tells(beats.realm);
  beats.realm.heard();
  beats.one.beat(heartbeat_at(1, 2));
  EXPECT_EQ(beats.realm.subjects(), std::vector<std::string>{kToday});
}

TEST(HeartbeatSender, KnownSubjectsAreThoseOfTheDialect) {
  auto const spoken = [](Dialects dialects) {
    Beats beats({.cluster = {.dialects = dialects}});
    beats.one.beat(heartbeat_at(1, 2));
    auto all = beats.realm.subjects();
    RpcPlayer bff(beats.realm, beats.east.router);
    EXPECT_TRUE(bff.log_in(player('a')));
    beats.realm.heard();
    bff.published("heartbeat", wire::encode(heartbeat_at(1, 2)));
    for (auto& subject : beats.realm.subjects()) all.push_back(std::move(subject));
    return all;
  };
  using Subjects = std::vector<std::string>;
  EXPECT_EQ(spoken(Dialects::today), (Subjects{kToday, kToday}));
  EXPECT_EQ(spoken(Dialects::bff), (Subjects{kBff, kBff}));
  EXPECT_EQ(spoken(Dialects::both), (Subjects{kToday, kBff}));
}

TEST(HeartbeatSender, WhoLeavesOrIsReplacedBeforeItsBeatGoesIsNotHeard) {
  Beats beats;
  TestGateway west(beats.realm, "west");
  core_tells(beats.realm);
  DirectPlayer leaves(beats.realm, beats.east.router);
  DirectPlayer stays(beats.realm, beats.east.router);
  ASSERT_TRUE(leaves.log_in(player('b')));
  ASSERT_TRUE(stays.log_in(player('c')));
  beats.realm.advance(Millis{10});
  beats.one.beat(heartbeat_at(1, 2));
  leaves.beat(heartbeat_at(1, 2));
  stays.beat(heartbeat_at(1, 2));
  leaves.drop();
  DirectPlayer young(beats.realm, west.router);
  ASSERT_TRUE(young.log_in(player('a')));
  auto const all = beats.batches();
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].beats_size(), 1);
  EXPECT_EQ(Address::from_bytes(all[0].beats(0).address()), player('c'));
}

TEST(HeartbeatSender, AMessageIsBoundedAndAFullOneGoesAtOnce) {
  Beats beats;
  core_tells(beats.realm);
  std::vector<std::unique_ptr<DirectPlayer>> crowd;
  for (int i = 0; i < 400; ++i) {
    auto digits = std::to_string(i);
    crowd.push_back(std::make_unique<DirectPlayer>(beats.realm, beats.east.router));
    ASSERT_TRUE(crowd.back()->log_in(
        *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits)));
    auto beat = heartbeat_at(1, 2);
    beat.set_desired_room(std::string(120, 'w'));
    crowd.back()->beat(beat);
  }
  auto const heard = beats.realm.heard();
  auto const at_once =
      testing::decoded<cluster::Heartbeats>(heard, bus::subjects::kClusterHeartbeats);
  ASSERT_EQ(at_once.size(), 2U);
  int all = 0;
  for (auto const& message : heard)
    if (message.subject == bus::subjects::kClusterHeartbeats)
      EXPECT_LE(message.payload.size(), HeartbeatSender::kMaxBytes);
  for (auto const& batch : at_once) all += batch.beats_size();
  for (auto const& batch : beats.batches()) all += batch.beats_size();
  EXPECT_EQ(all, 400);
}

TEST(HeartbeatSender, WhereNothingWaitsNoTimerRuns) {
  Beats beats;
  core_tells(beats.realm);
  auto const idle = beats.realm.loop.timers();
  beats.one.beat(heartbeat_at(1, 2));
  EXPECT_EQ(beats.realm.loop.timers(), idle + 1);
  beats.batches();
  EXPECT_EQ(beats.realm.loop.timers(), idle);
}

}  // namespace
}  // namespace archipelago::gateway
