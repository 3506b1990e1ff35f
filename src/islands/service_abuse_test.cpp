// Storms, garbage and long flushes: what the islands endure without letting anybody else down.
#include <array>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::World;

TEST(IslandsAbuse, GarbageIsCountedOnceAndTouchesNobody) {
  World world;
  world.beat(1, {});
  world.settle();
  world.news();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  auto const subject = bus::subjects::peer_heartbeat(address(1));
  world.beat(1, {kNan, 0, 0});
  world.beat(2, {0, 0, -kInf});
  world.beat(1, {}, std::string(200, 'I'));
  world.bus.publish(subject, "\xff\xff\xff");
  world.bus.publish(subject, std::string(2000, '\0'));
  world.bus.publish(subject, std::string("\x12\x02\xc3\x28", 4));
  world.bus.publish("peer.somebody.heartbeat", testing::heartbeat({}));
  world.bus.publish("peer.somebody.disconnect", "");
  world.settle();
  EXPECT_EQ(world.metrics.rejected(Errc::invalid_position), 2);
  EXPECT_EQ(world.metrics.rejected(Errc::message_too_big), 2);
  EXPECT_EQ(world.metrics.rejected(Errc::malformed_packet), 1);
  EXPECT_EQ(world.metrics.rejected(Errc::invalid_utf8), 1);
  EXPECT_EQ(world.metrics.rejected(Errc::bad_address), 2);
  EXPECT_TRUE(world.news().empty());
  EXPECT_EQ(world.service->snapshot()->players, 1U);
  EXPECT_EQ(world.metrics.value(Metric::positions), 1);
}

TEST(IslandsAbuse, AHeartbeatWithoutAPositionHasNoEffect) {
  World world;
  world.bus.publish(bus::subjects::peer_heartbeat(address(1)), "");
  world.settle();
  EXPECT_TRUE(world.news().empty());
  EXPECT_EQ(world.metrics.value(Metric::positions), 0);
}

TEST(IslandsAbuse, APositionOutsideTheWorldIsMovedToItsEdge) {
  World world;
  world.beat(1, {3e38F, 0, 0});
  world.settle();
  EXPECT_EQ(world.service->snapshot()->islands.at(0).peers.at(0).at.x, 100'000);
}

TEST(IslandsAbuse, ALoginStormIsPlacedByFewFlushesAndNobodyWaitsLong) {
  World world;
  world.advance(Millis{1});
  world.advance(Millis{1});
  for (unsigned i = 0; i < 200; ++i) {
    world.beat(i, {static_cast<float>(i), 0, 0});
    if (i % 10 == 9) world.advance(Millis{5});
  }
  world.advance(Millis{100});
  EXPECT_EQ(world.news().size(), 200U);
  EXPECT_LE(world.metrics.value(Metric::flushes), 6);
}

TEST(IslandsAbuse, LongFlushesLeaveMostOfTheTimeToOthersHoweverManyPlayersArrive) {
  World world;
  world.lap = Millis{50};  // each flush looks at the stopwatch twice: 50 ms
  for (unsigned i = 0; i < 1500; ++i) {
    world.beat(i, {static_cast<float>(i) * 100, 0, 0});
    world.advance(Millis{1});
  }
  auto const flushes = world.metrics.value(Metric::flushes);
  EXPECT_GE(flushes, 8);
  EXPECT_LE(flushes, 11);  // every 150 ms
  EXPECT_GE(world.news().size(), 1300U);
}

TEST(IslandsAbuse, TheTimeThatAFlushTakesIsTakenOffThePause) {
  World world;
  world.lap = Millis{100};  // regular flush: four looks, 300 ms between the first and the last
  world.advance(Millis{2'000});
  EXPECT_EQ(world.heard["engine.islands"].size(), 1U);
  world.advance(Millis{1'699});
  EXPECT_EQ(world.heard["engine.islands"].size(), 1U);
  world.advance(Millis{1});
  EXPECT_EQ(world.heard["engine.islands"].size(), 2U);
}

TEST(IslandsAbuse, AFlushLongerThanTheIntervalStillLetsTheLoopBreathe) {
  World world;
  world.lap = Millis{1'000};
  world.advance(Millis{2'000});
  world.advance(Millis{1});
  EXPECT_EQ(world.heard["engine.islands"].size(), 2U);
}

TEST(IslandsAbuse, APlayerBeyondTheBoundIsRefusedUntilAPlaceIsFree) {
  World world({.max_players = 2});
  for (unsigned i : {1U, 2U, 3U}) world.beat(i, {});
  world.settle();
  EXPECT_EQ(world.news().size(), 2U);
  EXPECT_EQ(world.metrics.rejected(Errc::realm_full), 1);
  world.disconnect(1);
  world.beat(3, {});
  world.settle();
  EXPECT_EQ(world.news().size(), 1U);
}

TEST(IslandsAbuse, FlappingBetweenTwoFlushesChangesNothing) {
  World world;
  world.beat(1, {0, 0, 0});
  world.beat(2, {10, 0, 0});
  world.settle();
  world.news();
  for (int i = 0; i < 1000; ++i) world.beat(2, {i % 2 == 0 ? 5000.0F : 10.0F, 0, 0});
  world.settle();
  EXPECT_TRUE(world.news().empty());
}

TEST(IslandsAbuse, AnIslandNeverHasMoreMembersThanItsCap) {
  World world({}, {.join_distance = 64, .leave_distance = 80, .max_peers = 5});
  for (unsigned i = 0; i < 23; ++i) world.beat(i, {});
  world.settle();
  std::size_t players = 0;
  for (auto const& island : world.service->snapshot()->islands) {
    EXPECT_LE(island.peers.size(), 5U);
    players += island.peers.size();
  }
  EXPECT_EQ(players, 23U);
  for (auto const& told : world.news()) EXPECT_LE(told.message.peers_size(), 5);
}

TEST(IslandsAbuse, AServiceThatIsGoneLeavesNothingBehind) {
  World world;
  world.beat(1, {});
  world.loop.run_posted();
  world.service.reset();
  EXPECT_EQ(world.loop.timers(), 0U);
  world.beat(2, {});
  world.settle();
  EXPECT_TRUE(world.news().empty());
}

}  // namespace
}  // namespace archipelago::islands
