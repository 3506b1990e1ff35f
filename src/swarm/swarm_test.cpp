// Whole swarms against a realm that is the test: on virtual time, with losses to order.
#include "swarm/swarm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "swarm/fake_realm.hpp"
#include "swarm/report.hpp"

namespace archipelago::swarm {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SwarmOptions walking(std::size_t players) {
  SwarmOptions options;
  options.player.realm.realm = "http://127.0.0.1:1";
  options.player.realm.first_pause = Millis{500};
  options.player.realm.longest_pause = Millis{5'000};
  options.script.world = {
      .place = sim::Place::crowd, .mobility = sim::Mobility::walk, .players = players};
  options.logins_per_second = 10;
  options.run = 7;
  return options;
}

class SwarmTest : public ::testing::Test {
 protected:
  void start(SwarmOptions const& options) {
    client::Network const network{outgoing_.loop(), random_, outgoing_};
    auto const clock = [this] { return Micros(outgoing_.virtual_loop.now().since_origin); };
    swarm_.emplace(std::vector{network}, options, std::vector<client::Identity>{}, clock);
    swarm_->start();
    scene_ = options.script.scene;
    players_ = options.script.world.players;
  }
  /// The report that a run ending now comes to.
  Report finish() {
    Report report;
    report.scene = scene_;
    report.players = players_;
    swarm_->quiet();
    realm_.advance(seconds(2));
    report.end = swarm_->population();
    Tails tails;
    swarm_->add_tails(tails);
    swarm_->leave(tails);
    report.meters = swarm_->meters();
    return report;
  }

  net::FakeOutgoing outgoing_;
  SeededRandom random_{1};
  testing::FakeRealm realm_{outgoing_};
  std::optional<Swarm> swarm_;
  Scene scene_ = Scene::none;
  std::size_t players_ = 0;
};

TEST_F(SwarmTest, PlayersComeInAtTheRateAskedFor) {
  start(walking(12));
  realm_.advance(Millis{500});
  EXPECT_NEAR(static_cast<double>(swarm_->population().wanted), 6, 1);
  realm_.advance(seconds(2));
  EXPECT_EQ(swarm_->population().in_room, 12U);
  auto const report = finish();
  EXPECT_EQ(report.meters.logins, 12U);
  EXPECT_EQ(report.meters.entered, 12U);
  EXPECT_EQ(report.meters.first_islands, 12U);
  EXPECT_EQ(report.meters.room_joins, 12U);
  EXPECT_NEAR(static_cast<double>(report.meters.entered_last.count()), 1.1e6, 1e5);
  EXPECT_THAT(unexpected(report), IsEmpty());
}

TEST_F(SwarmTest, HeartbeatsComeAtTheirRate) {
  auto options = walking(1);
  options.player.realm.heartbeat = Millis{200};
  start(options);
  realm_.advance(seconds(10));
  EXPECT_NEAR(static_cast<double>(realm_.heartbeats), 50, 2);
}

TEST_F(SwarmTest, WhatIsSaidReachesEveryOtherOnce) {
  auto options = walking(10);
  options.chat = true;
  options.positions_per_second = 2;
  start(options);
  realm_.advance(seconds(20));
  auto const report = finish();
  auto const& [chat, positions] = std::tie(report.meters.chat, report.meters.positions);
  EXPECT_GE(chat.sent, 30U);
  EXPECT_GE(positions.sent, 350U);
  EXPECT_EQ(chat.delivered, chat.addressed);
  EXPECT_EQ(positions.delivered, positions.addressed);
  EXPECT_EQ(chat.latency.count(), chat.delivered);
  EXPECT_THAT(unexpected(report), IsEmpty());
}

TEST_F(SwarmTest, EveryLostCopyIsCountedTheLastOnesToo) {
  auto options = walking(10);
  options.chat = true;
  start(options);
  realm_.advance(seconds(12));  // everybody has heard everybody
  std::uint64_t lost = 0;
  int turn = 0;
  realm_.copies = [&] {
    bool const lose = ++turn % 7 == 0;
    lost += lose ? 1 : 0;
    return lose ? 0 : 1;
  };
  realm_.advance(seconds(60));
  realm_.copies = [&] {
    ++lost;
    return 0;
  };
  realm_.advance(seconds(6));
  auto const report = finish();
  EXPECT_GE(lost, 200U);
  EXPECT_EQ(report.meters.chat.lost, lost);
  EXPECT_THAT(unexpected(report), ElementsAre(HasSubstr("reliable messages lost")));
}

TEST_F(SwarmTest, EveryCopyThatComesAgainIsCounted) {
  auto options = walking(5);
  options.chat = true;
  start(options);
  realm_.copies = [] { return 3; };
  realm_.advance(seconds(15));
  auto const report = finish();
  EXPECT_EQ(report.meters.chat.delivered, report.meters.chat.addressed);
  EXPECT_EQ(report.meters.chat.doubled, 2 * report.meters.chat.delivered);
  EXPECT_THAT(unexpected(report), ElementsAre(HasSubstr("came twice")));
}

TEST_F(SwarmTest, ARefusalIsCountedByItsReasonAndThePlayerIsMissing) {
  realm_.refusal = "realm_full";
  start(walking(2));
  realm_.advance(seconds(20));
  auto const report = finish();
  EXPECT_GE(report.meters.refusals.count(Errc::realm_full), 4U);
  EXPECT_EQ(report.end.missing, 2U);
  EXPECT_THAT(unexpected(report), Contains(HasSubstr("logins refused (realm_full)")));
}

TEST_F(SwarmTest, InALoginStormWhoComesInLaterIsNoTrouble) {
  auto options = walking(20);
  options.script.scene = Scene::login_storm;
  options.logins_per_second = 0;
  realm_.refusal = "overloaded";
  start(options);
  EXPECT_EQ(swarm_->population().wanted, 20U);
  realm_.advance(seconds(1));
  realm_.refusal.clear();
  realm_.advance(seconds(10));
  auto const report = finish();
  EXPECT_GE(report.meters.refusals.count(Errc::overloaded), 20U);
  EXPECT_EQ(report.end.in_room, 20U);
  EXPECT_THAT(unexpected(report), IsEmpty());
}

TEST_F(SwarmTest, ACutLinkComesBackAndIsNoDisconnect) {
  auto options = walking(10);
  options.chat = true;
  options.script.scene = Scene::flapping;
  options.script.duration = seconds(60);
  start(options);
  realm_.advance(seconds(60));
  auto const report = finish();
  EXPECT_EQ(report.meters.cuts, 2U) << "one of ten, at 20 s and at 40 s";
  EXPECT_EQ(report.meters.logins, 12U);
  EXPECT_EQ(report.meters.entered, 10U);
  EXPECT_EQ(report.meters.after_cuts.count(Errc::idle_timeout), 4U) << "a session and a room each";
  EXPECT_EQ(report.meters.disconnects.total(), 0U);
  EXPECT_THAT(unexpected(report), IsEmpty());
}

TEST_F(SwarmTest, WhoLeavesForGoodIsReplacedByAnother) {
  auto options = walking(20);
  options.script.world.mobility = sim::Mobility::mixed;
  start(options);
  realm_.advance(seconds(40));
  auto const report = finish();
  EXPECT_GE(report.meters.turnover, 2U);
  EXPECT_EQ(report.meters.logins, 20 + report.meters.turnover);
  EXPECT_EQ(report.end.in_room, 20U);
  EXPECT_THAT(unexpected(report), IsEmpty());
}

TEST_F(SwarmTest, NobodyFollowsTheRealmToAnotherMachine) {
  realm_.room = "wss://rooms.example.org/rooms/I1";
  start(walking(2));
  realm_.advance(seconds(5));
  auto const report = finish();
  EXPECT_THAT(report.meters.forbidden, ElementsAre("rooms.example.org"));
  EXPECT_THAT(unexpected(report), Contains(HasSubstr("rooms.example.org")));
  for (auto const& socket : outgoing_.opened)
    EXPECT_THAT(socket->dial.url, ::testing::AnyOf("", HasSubstr("//127.0.0.1:")));
}

}  // namespace
}  // namespace archipelago::swarm
