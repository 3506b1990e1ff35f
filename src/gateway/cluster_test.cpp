// One session per address in a realm of many gateways.
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

using testing::DirectPlayer;
using testing::FaultyBus;
using testing::is_login;
using testing::kEpoch;
using testing::login_of;
using testing::player;
using testing::RpcPlayer;
using testing::TestGateway;
using testing::TestRealm;

std::string const kA = player('a').str();

struct GatewayCluster : ::testing::Test {
  TestRealm realm;
  TestGateway east{realm, "east"};
  TestGateway west{realm, "west"};  // the greater id
};

TEST_F(GatewayCluster, ALoginAtAnotherGatewayEndsTheSessionHere) {
  DirectPlayer old(realm, east.router);
  ASSERT_TRUE(old.log_in(player('a')));
  old.take();
  RpcPlayer young(realm, west.router);
  ASSERT_TRUE(young.log_in(player('a')));
  EXPECT_TRUE(old.take().at(0).has_kicked());
  EXPECT_EQ(old.connection.closed_why, Errc::replaced);
  EXPECT_FALSE(young.connection.closed_why);
  EXPECT_EQ(east.gateway->sessions(), 0U);
  EXPECT_EQ(west.gateway->sessions(), 1U);
  EXPECT_EQ(east.metrics.value(Metric::replacements), 1);
  EXPECT_EQ(east.metrics.value(Metric::cluster_replacements), 1);
  EXPECT_EQ(east.metrics.value(Metric::sessions), 0);
  EXPECT_EQ(west.metrics.value(Metric::cluster_replacements), 0);
}

TEST_F(GatewayCluster, WhoIsReplacedFromElsewherePublishesNothingMore) {
  DirectPlayer old(realm, east.router);
  ASSERT_TRUE(old.log_in(player('a')));
  DirectPlayer young(realm, west.router);
  ASSERT_TRUE(young.log_in(player('a')));
  realm.heard();
  old.beat(testing::heartbeat_at(1, 2));
  old.drop();
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{});
}

TEST_F(GatewayCluster, EveryLoginTellsItsStampBeforeAnythingElse) {
  DirectPlayer one(realm, east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const heard = realm.heard();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].subject, "cluster.login." + kA);
  EXPECT_EQ(heard[1].subject, "peer." + kA + ".connect");
  auto const login = wire::decode<cluster::Login>(heard[0].payload, 1'000).value();
  EXPECT_EQ(login.gateway(), "east");
  EXPECT_EQ(login.login(), kEpoch);
}

TEST_F(GatewayCluster, AMessageThatComesTwiceOrComesBackEndsNobody) {
  east.bus.copies = [](std::string_view) { return 2; };
  DirectPlayer one(realm, east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  realm.settle();
  EXPECT_FALSE(one.connection.closed_why);
  DirectPlayer two(realm, east.router);
  ASSERT_TRUE(two.log_in(player('a')));
  EXPECT_EQ(one.connection.closed_why, Errc::replaced);
  EXPECT_FALSE(two.connection.closed_why);
  EXPECT_EQ(east.metrics.value(Metric::cluster_replacements), 0);
}

struct Simultaneous : GatewayCluster, ::testing::WithParamInterface<bool> {};

TEST_P(Simultaneous, LoginsEndWithExactlyOneSession) {
  east.bus.late = west.bus.late = is_login;
  DirectPlayer one(realm, east.router);
  DirectPlayer two(realm, west.router);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('a')));
  EXPECT_EQ(east.gateway->sessions() + west.gateway->sessions(), 2U);
  FaultyBus* const first = GetParam() ? &east.bus : &west.bus;
  FaultyBus* const second = GetParam() ? &west.bus : &east.bus;
  first->release();
  realm.settle();
  second->release();
  realm.settle();
  EXPECT_EQ(one.connection.closed_why, Errc::replaced);
  EXPECT_FALSE(two.connection.closed_why) << "the greater id wins a tie";
  EXPECT_EQ(east.gateway->sessions(), 0U);
  EXPECT_EQ(west.gateway->sessions(), 1U);
}

INSTANTIATE_TEST_SUITE_P(InBothOrders, Simultaneous, ::testing::Bool());

TEST_F(GatewayCluster, ALateMessageOfAnOlderLoginEndsNobody) {
  east.bus.late = is_login;
  DirectPlayer old(realm, east.router);
  ASSERT_TRUE(old.log_in(player('a')));
  realm.advance(Millis{5});
  DirectPlayer young(realm, west.router);
  ASSERT_TRUE(young.log_in(player('a')));
  EXPECT_EQ(old.connection.closed_why, Errc::replaced);
  east.bus.release();
  realm.settle();
  EXPECT_FALSE(young.connection.closed_why);
}

TEST_F(GatewayCluster, ALostLoginIsHealedByWhoeverTellsItAgain) {
  west.bus.copies = [](std::string_view subject) { return is_login(subject) ? 0 : 1; };
  DirectPlayer old(realm, east.router);
  ASSERT_TRUE(old.log_in(player('a')));
  realm.advance(Millis{5});
  DirectPlayer young(realm, west.router);
  ASSERT_TRUE(young.log_in(player('a')));
  EXPECT_FALSE(old.connection.closed_why);
  realm.publish("cluster.login." + kA, login_of(kEpoch + 5, "west"));  // as a core does
  EXPECT_EQ(old.connection.closed_why, Errc::replaced);
  EXPECT_FALSE(young.connection.closed_why);
}

TEST_F(GatewayCluster, AStampFromTheFarFutureMeansNothing) {
  DirectPlayer one(realm, east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  realm.publish("cluster.login." + kA, login_of(kEpoch + 86'400'001, "zzz"));
  realm.publish("cluster.login." + kA, login_of(UINT64_MAX, "zzz"));
  EXPECT_FALSE(one.connection.closed_why);
  DirectPlayer two(realm, west.router);
  ASSERT_TRUE(two.log_in(player('b')));
  auto const heard = realm.heard();
  auto const login = testing::decoded<cluster::Login>(heard, "cluster.login." + player('b').str());
  ASSERT_EQ(login.size(), 1U);
  EXPECT_EQ(login[0].login(), kEpoch + 1) << "nor does it carry later logins away";
}

TEST_F(GatewayCluster, WhatIsNoLoginIsCountedAndEndsNobody) {
  DirectPlayer one(realm, east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  realm.publish("cluster.login." + kA, "\xff\xff");
  realm.publish("cluster.login." + kA, login_of(kEpoch + 9, "not one.part"));
  realm.publish("cluster.login." + kA, login_of(kEpoch + 9, ""));
  realm.publish("cluster.login.nobody", login_of(kEpoch + 9, "west"));
  EXPECT_FALSE(one.connection.closed_why);
  EXPECT_EQ(east.metrics.rejected(Errc::malformed_packet), 3);
  EXPECT_EQ(east.metrics.rejected(Errc::bad_address), 1);
}

TEST_F(GatewayCluster, ARealmIsFullByTheSumOfItsGateways) {
  TestGateway south(realm, "south", {.max_users = 2});
  DirectPlayer one(realm, east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_TRUE(south.gateway->accepting());
  DirectPlayer two(realm, west.router);
  ASSERT_TRUE(two.log_in(player('b')));
  realm.advance(Millis{1'000});
  EXPECT_EQ(south.gateway->realm_sessions(), 2U);
  EXPECT_FALSE(south.gateway->accepting());
  DirectPlayer three(realm, south.router);
  EXPECT_FALSE(three.log_in(player('c')));
  EXPECT_EQ(three.connection.closed_why, Errc::realm_full);
}

TEST(ClusterStamps, ALaterLoginWinsAlthoughItsClockIsSlow) {
  TestRealm realm;
  VirtualLoop slow({1'600'000'000'000});
  Directory fast(realm.bus, realm.metrics, 0, {}, {}, {.id = "fast", .sessions = {}});
  Directory late(realm.bus, realm.metrics, 0, {}, {}, {.id = "late", .sessions = {}});
  auto const old = fast.enter(player('a'), realm.loop, [] {});
  late.hear({player('a'), {(*old)->login(), "fast"}}, {1'700'000'000'000});
  auto const young = late.enter(player('a'), slow, [] {});
  EXPECT_EQ((*young)->login(), (*old)->login() + 1);
  fast.hear({player('a'), {(*young)->login(), "late"}}, realm.loop.wall_now());
  EXPECT_EQ((*old)->ended(), Errc::replaced);
  EXPECT_TRUE((*young)->current());
}

TEST(ClusterStamps, TwoLoginsOfOneMillisecondHaveTwoStamps) {
  TestRealm realm;
  Directory directory(realm.bus, realm.metrics, 0, {}, {}, {.id = "one", .sessions = {}});
  auto const first = directory.enter(player('a'), realm.loop, [] {});
  auto const second = directory.enter(player('b'), realm.loop, [] {});
  EXPECT_EQ((*second)->login(), (*first)->login() + 1);
}

TEST(ClusterStamps, LoginsHereAndElsewhereMayComeAtOnceOnManyThreads) {
  TestRealm realm;
  Directory directory(realm.bus, realm.metrics, 0, {.per_minute = 0}, {},
                      {.id = "one", .sessions = {}});
  {
    std::vector<VirtualLoop> loops(3);
    std::vector<std::jthread> threads;
    for (auto& loop : loops)
      threads.emplace_back([&directory, &loop] {
        for (int i = 0; i < 500; ++i) {
          auto const stay = directory.enter(player('a'), loop, [] {});
          loop.run_posted();
        }
      });
    threads.emplace_back([&directory] {
      for (std::uint64_t i = 0; i < 500; ++i)
        directory.hear({player('a'), {kEpoch + i * 3, "two"}}, {1'700'000'000'000});
    });
  }
  EXPECT_EQ(directory.size(), 0U);
  EXPECT_EQ(realm.metrics.value(Metric::sessions), 0);
}

TEST(ClusterAlone, ARealmOfOneProcessSaysNothingOfACluster) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  testing::core_tells(realm);
  realm.heard();
  one.beat(testing::heartbeat_at(1, 2));
  realm.advance(Millis{3'000});
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{"peer." + kA + ".heartbeat"});
}

}  // namespace
}  // namespace archipelago::gateway
