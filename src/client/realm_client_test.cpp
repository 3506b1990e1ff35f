// A session with a realm, on a virtual clock: logins, heartbeats, failures, pauses.
#include <functional>
#include <limits>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/client/realm.hpp"
#include "client/backoff.hpp"
#include "client/session.hpp"
#include "client/testing.hpp"

namespace archipelago::client {
namespace {

namespace v3 = decentraland::kernel::comms::v3;
using testing::FakeNetwork;
using testing::kRealm;

class RealmClientTest : public ::testing::Test {
 protected:
  RealmOptions options() {
    RealmOptions out;
    out.realm = kRealm;
    return out;
  }
  void start(RealmOptions how) {
    RealmEvents events;
    events.status = [this](Status const& status) {
      told.push_back(status);
      if (on_status) on_status(status);
    };
    events.island = [this](IslandChange const& change) { islands.push_back(change); };
    events.identity = [this](Identity const& renewed) { identities.push_back(renewed); };
    client.emplace(world.network(), me, std::move(how), std::move(events));
    client->start();
    world.settle();
  }
  void start() { start(options()); }
  void log_in() {
    start();
    world.about();
    world.let_in(me.address());
    ASSERT_EQ(client->status().state, State::online);
  }
  std::vector<State> states() const {
    std::vector<State> out;
    for (auto const& status : told) out.push_back(status.state);
    return out;
  }
  Ending why() const { return client->status().why.value_or(Ending{}); }

  FakeNetwork world;
  Identity me = world.guest();
  std::vector<Status> told;
  std::vector<IslandChange> islands;
  std::vector<Identity> identities;
  std::function<void(Status const&)> on_status;
  std::optional<RealmClient> client;
};

TEST_F(RealmClientTest, ReadsAboutAndLogsInWhereItLeads) {
  log_in();
  EXPECT_EQ(world.socket().dial.url, "ws://realm.test/ws");
  EXPECT_TRUE(world.socket().is_logged_in);
  EXPECT_THAT(states(), ::testing::ElementsAre(State::connecting, State::online));
}

TEST_F(RealmClientTest, SaysWhereItStandsAtOnceAndThenAtItsRate) {
  start();
  client->move_to({1, 2, 3});
  world.about();
  world.let_in(me.address());
  auto const first = world.heartbeats();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].position().z(), 3);
  EXPECT_FALSE(first[0].has_desired_room());
  world.loop().advance(Millis{999});
  EXPECT_TRUE(world.heartbeats().empty());
  world.loop().advance(Millis{2'001});
  EXPECT_EQ(world.heartbeats().size(), 3U);
}

TEST_F(RealmClientTest, OfPositionsBetweenTwoHeartbeatsTheNewestWins) {
  log_in();
  for (int i = 0; i < 10; ++i) client->move_to({static_cast<float>(i), 0, 0});
  EXPECT_EQ(world.heartbeats().size(), 1U) << "the first one at once";
  world.loop().advance(Millis{1'000});
  auto const beats = world.heartbeats();
  ASSERT_EQ(beats.size(), 1U);
  EXPECT_EQ(beats[0].position().x(), 9);
}

TEST_F(RealmClientTest, WithoutAPositionThereIsNoHeartbeatAndNonsenseIsNone) {
  log_in();
  client->move_to({std::numeric_limits<float>::quiet_NaN(), 0, 0});
  world.loop().advance(Millis{10'000});
  EXPECT_TRUE(world.heartbeats().empty());
}

TEST_F(RealmClientTest, AWishGoesWithEveryHeartbeatUntilItIsWithdrawn) {
  log_in();
  client->move_to({});
  client->wish("I7");
  world.heartbeats();
  world.loop().advance(Millis{2'000});
  auto const beats = world.heartbeats();
  ASSERT_EQ(beats.size(), 2U);
  EXPECT_EQ(beats[1].desired_room(), "I7");
  client->wish("");
  world.loop().advance(Millis{1'000});
  auto const last = world.heartbeats();
  ASSERT_EQ(last.size(), 1U);
  EXPECT_TRUE(last[0].has_desired_room());
  EXPECT_EQ(last[0].desired_room(), "");
}

TEST_F(RealmClientTest, AnIslandIsTold) {
  log_in();
  world.put_on_island("I1", "offline:offline");
  ASSERT_EQ(islands.size(), 1U);
  EXPECT_EQ(islands[0].connection, "offline:offline");
}

TEST_F(RealmClientTest, ALostSessionComesBackAfterAPause) {
  log_in();
  client->move_to({5, 0, 0});
  world.socket().server_closes(1001, "shutting_down");
  world.settle();
  EXPECT_EQ(client->status().state, State::waiting);
  EXPECT_EQ(why().code, Errc::shutting_down);
  EXPECT_GE(client->status().pause, Millis{500});
  EXPECT_LE(client->status().pause, Millis{1'000});
  world.loop().advance(client->status().pause);
  world.about();
  world.let_in(me.address());
  EXPECT_EQ(client->status().state, State::online);
  EXPECT_EQ(world.heartbeats().size(), 1U) << "at once, where it stood";
}

TEST_F(RealmClientTest, PausesGrowToTheLongestAndStartAfreshAfterALongTimeOnline) {
  start();
  for (int i = 0; i < 10; ++i) {
    world.about("", 503);
    ASSERT_EQ(client->status().state, State::waiting);
    world.loop().advance(client->status().pause);
  }
  world.about("", 503);
  EXPECT_EQ(client->status().failures, 11U);
  EXPECT_GE(client->status().pause, Millis{15'000});
  EXPECT_LE(client->status().pause, Millis{30'000});
  world.loop().advance(client->status().pause);
  world.about();
  world.let_in(me.address());
  world.loop().advance(Millis{30'000});
  world.socket().server_closes(1006);
  world.settle();
  EXPECT_LE(client->status().pause, Millis{1'000});
  EXPECT_EQ(client->status().failures, 1U);
}

TEST_F(RealmClientTest, AnotherLoginOfTheSamePlayerEndsItForGood) {
  log_in();
  v3::ServerPacket kicked;
  kicked.mutable_kicked();
  world.socket().say(wire::encode(kicked));
  world.settle();
  EXPECT_EQ(client->status().state, State::ended);
  EXPECT_EQ(why().code, Errc::replaced);
  world.loop().advance(Millis{60'000});
  EXPECT_EQ(world.outgoing.opened.size(), 1U);
}

TEST_F(RealmClientTest, ARefusedIdentityIsNotTriedAgainAFullRealmIs) {
  start();
  world.about();
  world.socket().open();
  world.socket().server_closes(1008, "Authentication failed");
  world.settle();
  EXPECT_EQ(client->status().state, State::ended);
  start();
  world.about();
  world.socket().open();
  world.socket().server_closes(1013, "realm_full");
  world.settle();
  EXPECT_EQ(client->status().state, State::waiting);
}

TEST_F(RealmClientTest, OnlyChallengesAreSignedAndOnlyOwnWelcomesTaken) {
  start();
  world.about();
  world.socket().open();
  world.socket().take();
  world.socket().say(wire::challenge_response_packet("get:/rich:1:{}", false));
  world.settle();
  EXPECT_EQ(why().code, Errc::challenge_mismatch);
  EXPECT_TRUE(world.socket().sent.empty());
  start();
  world.about();
  world.let_in(world.guest().address());
  EXPECT_EQ(why().code, Errc::unexpected_message);
}

TEST_F(RealmClientTest, AnotherProtocolIsNotSpoken) {
  start();
  world.about(R"({"healthy":true,"comms":{"protocol":"v2"}})");
  EXPECT_EQ(client->status().state, State::ended);
  EXPECT_EQ(why().code, Errc::unsupported);
}

TEST_F(RealmClientTest, AnUnwellOrIncomprehensibleRealmIsTriedAgain) {
  for (auto const* const about :
       {R"({"healthy":false,"comms":{"protocol":"v3"}})", "<html>", "{}",
        R"({"healthy":true,"acceptingUsers":false,"comms":{"protocol":"v3"}})"}) {
    start();
    world.about(about);
    if (std::string_view(about) == "{}") {
      EXPECT_EQ(client->status().state, State::waiting);
    }
    EXPECT_NE(client->status().state, State::online) << about;
    EXPECT_TRUE(world.outgoing.opened.empty());
  }
}

TEST_F(RealmClientTest, ARealmWithOneRoomForAllIsOneIsland) {
  start();
  world.about(
      R"({"healthy":true,"comms":{"protocol":"v3","adapter":"fixed-adapter:ws-room:ws://h/rooms/x"}})");
  EXPECT_EQ(client->status().state, State::online);
  ASSERT_EQ(islands.size(), 1U);
  EXPECT_EQ(islands[0].island, "");
  EXPECT_EQ(islands[0].connection, "fixed-adapter:ws-room:ws://h/rooms/x");
}

TEST_F(RealmClientTest, StopClosesAndTellsOfItLater) {
  log_in();
  client->stop();
  EXPECT_EQ(told.back().state, State::online) << "not within the call";
  world.settle();
  EXPECT_EQ(told.back().state, State::ended);
  EXPECT_TRUE(world.socket().closed_why);
}

TEST_F(RealmClientTest, WhatComesAfterStopIsNotHeard) {
  start();
  client->stop();
  world.about();
  EXPECT_TRUE(world.outgoing.opened.empty());
  EXPECT_EQ(client->status().state, State::ended);
}

TEST_F(RealmClientTest, ItMayBeDestroyedInItsOwnCallback) {
  on_status = [this](Status const& status) {
    if (status.state == State::online) client.reset();
  };
  start();
  client->move_to({});
  world.about();
  world.let_in(me.address());
  EXPECT_FALSE(client);
  EXPECT_TRUE(world.socket().closed_why);
  EXPECT_EQ(world.loop().timers(), 0U);
}

TEST_F(RealmClientTest, AReconnectAsksForANewSessionAfterAPause) {
  log_in();
  client->reconnect(ending(Errc::not_assigned));
  world.settle();
  EXPECT_EQ(client->status().state, State::waiting);
  EXPECT_EQ(why().code, Errc::not_assigned);
  world.loop().advance(client->status().pause);
  world.about();
  EXPECT_EQ(world.outgoing.opened.size(), 2U);
}

TEST_F(RealmClientTest, AnExpiringDelegationIsRenewedBeforeTheLoginAndTold) {
  world.loop().advance(kDelegationLifetime);
  log_in();
  ASSERT_EQ(identities.size(), 1U);
  EXPECT_GT(identities[0].expires(), me.expires());
  EXPECT_EQ(client->identity().address(), me.address());
}

TEST_F(RealmClientTest, WhoStaysForDaysEntersNewRoomsWithADelegationThatHolds) {
  log_in();
  world.loop().advance(kDelegationLifetime);
  world.put_on_island("I2", "offline:offline");
  ASSERT_EQ(islands.size(), 1U);
  ASSERT_EQ(identities.size(), 1U);
  EXPECT_GT(client->identity().expires(), world.loop().wall_now());
}

TEST_F(RealmClientTest, AWrongOptionEndsItWithOneLine) {
  auto how = options();
  how.realm = "ftp://realm.test";
  start(how);
  EXPECT_EQ(client->status().state, State::ended);
  EXPECT_EQ(why().code, Errc::bad_request);
}

TEST(Backoff, NoTwoClientsPauseAlike) {
  SeededRandom random(3);
  std::set<Millis> pauses;
  for (int i = 0; i < 50; ++i)
    pauses.insert(Backoff(random, Millis{1'000}, Millis{30'000}).pause());
  EXPECT_GT(pauses.size(), 40U);
}

TEST(IslandChange, CarriesIslandConnectionOriginAndPeers) {
  v3::IslandChangedMessage message;
  message.set_island_id("I7");
  message.set_conn_str("offline:offline");
  message.set_from_island_id("I3");
  (*message.mutable_peers())["0xab"].set_x(1);
  auto const change = parse_island_change(wire::encode(message));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->island, "I7");
  EXPECT_EQ(change->connection, "offline:offline");
  EXPECT_EQ(change->from, "I3");
  EXPECT_THAT(change->peers, ::testing::ElementsAre("0xab"));
}

TEST(IslandChange, WithoutIslandOrFromRubbishIsAnError) {
  EXPECT_EQ(parse_island_change("").error().code, Errc::malformed_packet);
  EXPECT_EQ(parse_island_change("\x12\x03").error().code, Errc::malformed_packet);
  EXPECT_EQ(parse_island_change("\x0a\x02\xc3\x28").error().code, Errc::invalid_utf8);
}

RC_GTEST_PROP(HostileRealm, NoBytesDoMoreThanEndTheSession,
              (std::vector<std::string> const& messages)) {
  FakeNetwork world;
  RealmOptions options;
  options.realm = kRealm;
  options.entrance = *rc::gen::element(Entrance::direct, Entrance::bff);
  RealmClient client(world.network(), world.guest(), options, {});
  client.start();
  world.about(R"({"healthy":true,"bff":{"healthy":true},"comms":{"protocol":"v3",)"
              R"("adapter":"archipelago:archipelago:ws://realm.test/ws"}})");
  world.socket().open();
  for (auto const& bytes : messages) world.socket().say(bytes);
  world.settle();
}

}  // namespace
}  // namespace archipelago::client
