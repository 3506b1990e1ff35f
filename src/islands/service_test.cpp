// What players are told, and when.
#include "islands/service.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::World;

TEST(Islands, ANewcomerIsToldItsIslandWithin150MillisecondsOfItsFirstHeartbeat) {
  World world;
  for (unsigned player = 0; player < 20; ++player) {
    auto const began = world.loop.now().since_origin;
    world.beat(player, {1000.0F * static_cast<float>(player), 0, 0});
    world.advance(Millis{150});
    auto const news = world.news();
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0].player, address(player));
    EXPECT_LE((news[0].at - began).count(), 150);
    world.advance(Millis{137});  // at another moment of the regular clock
  }
}

TEST(Islands, ItIsToldTheConnectionStringAndEverybodyOnTheIslandWithNewestPositions) {
  World world;
  world.beat(1, {0, 0, 0});
  world.settle();
  world.news();
  world.beat(1, {10, 1, 2});
  world.beat(2, {20, 3, -4});
  world.advance(Millis{150});
  auto const news = world.news();
  ASSERT_EQ(news.size(), 1U);
  auto const& message = news[0].message;
  EXPECT_EQ(message.island_id(), world.island_of(1));
  EXPECT_EQ(message.conn_str(), "fake:" + message.island_id() + "/" + address(2).str());
  ASSERT_EQ(message.peers_size(), 2);
  auto const& first = message.peers().at(address(1).str());
  EXPECT_EQ((std::array{first.x(), first.y(), first.z()}), (std::array{10.F, 1.F, 2.F}));
  EXPECT_EQ(message.peers().at(address(2).str()).z(), -4);
}

TEST(Islands, FromIsAbsentUntilThePlayerWasToldOfAnIsland) {
  World world;
  world.beat(1, {0, 0, 0});
  world.beat(2, {1, 0, 0});  // the engine passes it through an island of its own
  world.settle();
  auto const first = world.news();
  ASSERT_EQ(first.size(), 2U);
  for (auto const& told : first) EXPECT_FALSE(told.message.has_from_island_id());
  auto const together = world.island_of(2);
  world.beat(2, {500, 0, 0});
  world.settle();
  auto const second = world.news();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].message.from_island_id(), together);
}

TEST(Islands, ASplitAndAMergeInOneFlushNameTheIslandThatWasTold) {
  World world;
  for (unsigned p : {1U, 2U}) world.beat(p, {0, 0, 0});
  for (unsigned p : {3U, 4U}) world.beat(p, {1000, 0, 0});
  world.settle();
  auto const before = world.island_of(2);
  world.news();
  world.beat(2, {1000, 0, 10});
  world.settle();
  auto const news = world.news();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].message.from_island_id(), before);
  EXPECT_EQ(news[0].message.island_id(), world.island_of(3));
  EXPECT_EQ(news[0].message.peers_size(), 3);
}

TEST(Islands, WhoEndsOnTheIslandItKnowsIsToldNothing) {
  World world;
  world.beat(1, {0, 0, 0});
  world.settle();
  world.news();
  for (int i = 0; i < 5; ++i) {
    world.beat(1, {0, 0, 0});
    world.settle();
  }
  EXPECT_TRUE(world.news().empty());
}

TEST(Islands, BothErasHearTheSameBytesAndTheIslandHearsWhoJoined) {
  World world;
  world.beat(1, {});
  world.settle();
  auto const id = world.island_of(1);
  auto const& direct = world.heard["engine.peer." + address(1).str() + ".island_changed"];
  ASSERT_EQ(direct.size(), 1U);
  EXPECT_EQ(world.heard["client-proto." + address(1).str() + ".island_changed"], direct);
  auto const& joined = world.heard["client-proto.island." + id + ".peer_join"];
  ASSERT_EQ(joined.size(), 1U);
  auto const message = wire::decode<testing::v3::JoinIslandMessage>(joined[0], 1000);
  EXPECT_EQ(message->island_id(), id);
  EXPECT_EQ(message->peer_id(), address(1).str());
}

TEST(Islands, AHeartbeatOnTheTopicOfTheFirstEraCountsAsWell) {
  World world;
  world.bus.publish(bus::subjects::client_peer_topic(address(1), "heartbeat"),
                    testing::heartbeat({}));
  world.settle();
  EXPECT_EQ(world.news().size(), 1U);
}

TEST(Islands, AReconnectStartsAnew) {
  World world;
  world.beat(1, {});
  world.settle();
  auto const first = world.news().at(0).message.island_id();
  world.connect(1);
  world.settle();
  EXPECT_TRUE(world.service->snapshot()->islands.empty());
  world.beat(1, {});
  world.settle();
  auto const news = world.news();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_NE(news[0].message.island_id(), first);
  EXPECT_FALSE(news[0].message.has_from_island_id());
}

TEST(Islands, AReconnectBetweenTwoFlushesIsToldAgainWhenItComesBackToTheSameIsland) {
  World world;
  world.beat(1, {});
  world.settle();
  world.beat(2, {});
  world.settle();
  world.news();
  world.connect(2);
  world.beat(2, {});
  world.settle();
  auto const news = world.news();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].player, address(2));
  EXPECT_EQ(news[0].message.island_id(), world.island_of(1));
  EXPECT_FALSE(news[0].message.has_from_island_id());
}

TEST(Islands, WhoLeavesIsGoneAndNobodyIsTold) {
  World world;
  world.beat(1, {});
  world.beat(2, {});
  world.settle();
  world.news();
  world.disconnect(1);
  world.disconnect(99);
  world.settle();
  EXPECT_TRUE(world.news().empty());
  EXPECT_EQ(world.island_of(1), "");
  EXPECT_EQ(world.service->snapshot()->players, 1U);
}

TEST(Islands, ASilentPlayerExpiresAndItsNextHeartbeatBringsItBack) {
  World world;
  world.beat(1, {});
  world.beat(2, {});
  world.settle();
  for (int i = 0; i < 28; ++i) {
    world.beat(2, {});
    world.settle();
  }
  EXPECT_NE(world.island_of(1), "");
  for (int i = 0; i < 3; ++i) {
    world.beat(2, {});
    world.settle();
  }
  EXPECT_EQ(world.island_of(1), "");
  EXPECT_NE(world.island_of(2), "");
  world.news();
  world.beat(1, {});
  world.settle();
  EXPECT_EQ(world.news().size(), 1U);
}

TEST(Islands, WithoutAConnectionStringNothingIsToldUntilThereIsOne) {
  World world;
  world.backend.failing.insert(address(2));
  world.beat(1, {});
  world.beat(2, {});
  world.settle();
  EXPECT_EQ(world.news().size(), 1U);
  EXPECT_GT(world.metrics.rejected(Errc::upstream_failed), 0);
  world.backend.failing.clear();
  world.settle();
  auto const news = world.news();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].player, address(2));
  EXPECT_FALSE(news[0].message.has_from_island_id());
  world.settle();
  EXPECT_TRUE(world.news().empty());
}

TEST(Islands, AMoveThatWasNeverToldIsForgottenWhenThePlayerComesBack) {
  World world;
  world.beat(1, {0, 0, 0});
  world.beat(2, {0, 0, 0});
  world.settle();
  world.news();
  world.backend.failing.insert(address(2));
  world.beat(2, {500, 0, 0});
  world.settle();
  world.backend.failing.clear();
  world.beat(2, {0, 0, 0});
  world.settle();
  EXPECT_EQ(world.island_of(2), world.island_of(1));
  EXPECT_TRUE(world.news().empty());
}

TEST(Islands, EachRegularFlushPublishesAllIslands) {
  World world;
  world.beat(1, {3, 9, 0});
  world.beat(2, {5, 9, 0});
  world.advance(Millis{10'000});
  auto const& all = world.heard["engine.islands"];
  EXPECT_EQ(all.size(), 5U);
  auto const message = wire::decode<testing::v3::IslandStatusMessage>(all.back(), 10'000);
  ASSERT_EQ(message->data_size(), 1);
  auto const& island = message->data(0);
  EXPECT_EQ(island.id(), world.island_of(1));
  EXPECT_EQ(island.peers_size(), 2);
  EXPECT_EQ(island.max_peers(), 100U);
  EXPECT_EQ(island.center().x(), 4);
  EXPECT_EQ(island.center().y(), 0);
  EXPECT_EQ(island.radius(), 1);
}

TEST(Islands, TheOtherServicesHearOfItAtOnceAndEveryTenSeconds) {
  World world({.commit_hash = "ab\"c"});
  world.beat(1, {});
  world.advance(Millis{20'000});
  auto const& protobuf = world.heard["engine.discovery"];
  ASSERT_EQ(protobuf.size(), 3U);
  auto const message = wire::decode<testing::v3::ServiceDiscoveryMessage>(protobuf[1], 1000);
  EXPECT_EQ(message->server_name(), "archipelago");
  EXPECT_EQ(message->status().current_time(), 1'700'000'010'000U);
  EXPECT_EQ(message->status().commit_hash(), "ab\"c");
  EXPECT_EQ(message->status().user_count(), 1U);
  EXPECT_EQ(
      world.heard["service.discovery"].at(1),
      R"({"serverName":"archipelago","status":{"currentTime":1700000010000,"commitHash":"ab\"c","userCount":1}})");
}

TEST(Islands, TheSnapshotTellsWhoIsWhereSinceWhen) {
  World world;
  EXPECT_TRUE(world.service->snapshot()->islands.empty());
  auto const old = world.service->snapshot();
  world.advance(Millis{500});
  world.beat(1, {1, 2, 3});
  world.settle();
  auto const now = world.service->snapshot();
  EXPECT_TRUE(old->islands.empty());
  EXPECT_EQ(now->taken.ms_since_epoch, 1'700'000'002'000);
  ASSERT_EQ(now->islands.size(), 1U);
  EXPECT_EQ(now->islands[0].max_peers, 100U);
  ASSERT_EQ(now->islands[0].peers.size(), 1U);
  EXPECT_EQ(now->islands[0].peers[0].at, (engine::Position{1, 2, 3}));
  EXPECT_EQ(now->islands[0].peers[0].last_heartbeat.ms_since_epoch, 1'700'000'000'500);
}

TEST(Islands, WhatOperatorsCountIsCounted) {
  World world;
  world.lap = std::chrono::microseconds{40};
  world.beat(1, {0, 0, 0});
  world.beat(2, {500, 0, 0});
  world.settle();
  EXPECT_EQ(world.metrics.value(Metric::positions), 2);
  EXPECT_EQ(world.metrics.value(Metric::players), 2);
  EXPECT_EQ(world.metrics.value(Metric::islands), 2);
  EXPECT_EQ(world.metrics.value(Metric::island_changes), 2);
  EXPECT_EQ(world.metrics.value(Metric::flushes), 2);  // an early one and a regular one
  EXPECT_EQ(world.metrics.value(Metric::flush_micros), 80);
  EXPECT_EQ(world.metrics.histogram(Distribution::flush_seconds).count(), 2U);
  EXPECT_DOUBLE_EQ(world.metrics.histogram(Distribution::flush_seconds).sum(), 0.000'080);
  EXPECT_EQ(world.metrics.value(Metric::islands_of_1), 2);
  EXPECT_EQ(world.metrics.value(Metric::player_moves), 0);  // nobody had an island before
}

TEST(Islands, IslandsAreCountedBySize) {
  World world;
  for (unsigned player = 1; player <= 6; ++player) world.beat(player, {0, 0, 0});
  for (unsigned player = 7; player <= 8; ++player) world.beat(player, {500, 0, 0});
  world.settle();
  EXPECT_EQ(world.metrics.value(Metric::islands_of_1), 0);
  EXPECT_EQ(world.metrics.value(Metric::islands_of_5), 1);
  EXPECT_EQ(world.metrics.value(Metric::islands_of_20), 1);
}

TEST(Islands, WhoGoesToAnotherIslandIsCountedAsAMove) {
  World world;
  world.beat(1, {0, 0, 0});
  world.beat(2, {500, 0, 0});
  world.settle();
  world.beat(2, {1, 0, 0});
  world.settle();
  EXPECT_EQ(world.metrics.value(Metric::player_moves), 1);
  EXPECT_EQ(world.metrics.value(Metric::islands_of_5), 1);
}

TEST(Islands, WrongOptionsStopTheStartAndAreNamed) {
  EXPECT_FALSE(problem_with(Options{}));
  auto const problem = problem_with(Options{.flush_interval = Millis{1}});
  EXPECT_EQ(problem, "flush interval in ms is 1, must be in [10, 60000]");
  EXPECT_TRUE(problem_with(Options{.max_players = 0}));
  EXPECT_THROW(World({.max_players = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace archipelago::islands
