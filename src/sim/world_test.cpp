// The worlds are what ENGINE.md 2 says they are.
#include "sim/world.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace archipelago::sim {
namespace {

double distance(Point a, Point b) {
  return std::hypot(a.x - b.x, a.z - b.z);
}

double share(World const& world, bool (*is)(Person const&)) {
  return static_cast<double>(std::ranges::count_if(world.people(), is)) /
         static_cast<double>(world.people().size());
}

TEST(World, ACityIsEvenlyFull) {
  World const world({.place = Place::city, .players = 10'000, .seed = 3});
  EXPECT_EQ(world.half_side(), 2'400);
  double sum = 0, squares = 0;
  for (auto const& p : world.people()) {
    ASSERT_LE(std::abs(p.at.x), 2'400);
    ASSERT_LE(std::abs(p.at.z), 2'400);
    sum += p.at.x;
    squares += p.at.z * p.at.z;
  }
  EXPECT_NEAR(sum / 10'000, 0, 50);
  EXPECT_NEAR(std::sqrt(squares / 10'000), 2'400 / std::sqrt(3.0), 30);
}

TEST(World, AboveTenThousandPlayersItGrows) {
  World const world({.place = Place::plazas, .players = 40'000});
  EXPECT_DOUBLE_EQ(world.half_side(), 4'800);
  EXPECT_EQ(world.hotspots().size(), 80U);
}

TEST(World, FourOfFiveAreAtAHotspot) {
  World const world({.place = Place::plazas, .players = 10'000, .seed = 5});
  EXPECT_EQ(world.hotspots().size(), 20U);
  EXPECT_NEAR(share(world, [](Person const& p) { return p.hotspot.has_value(); }), 0.8, 0.015);
  double squares = 0;
  int at_hotspots = 0;
  for (auto const& p : world.people())
    if (p.hotspot) {
      squares += std::pow(distance(p.at, *p.hotspot), 2);
      ++at_hotspots;
    }
  EXPECT_NEAR(std::sqrt(squares / (2 * at_hotspots)), 60, 1.5);
}

TEST(World, ACrowdIsADisc) {
  World const world({.place = Place::crowd, .players = 5'000, .seed = 5});
  int inner = 0;
  for (auto const& p : world.people()) {
    ASSERT_LE(distance(p.at, {}), 100.000'001);
    inner += distance(p.at, {}) < 50 ? 1 : 0;
  }
  EXPECT_NEAR(inner, 1'250, 100);
  EXPECT_DOUBLE_EQ(World({.players = 20'000}).radius(), 200);
}

TEST(World, WalkersNeverRestAndNeverRun) {
  World world({.place = Place::city, .mobility = Mobility::walk, .players = 500});
  for (int flush = 0; flush < 20; ++flush) {
    std::vector<Person> const before(world.people().begin(), world.people().end());
    world.step();
    EXPECT_TRUE(world.gone().empty());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(world.people()[i].number, before[i].number);
      EXPECT_LE(distance(world.people()[i].at, before[i].at), 6.001);
      if (distance(before[i].at, before[i].target) > 6)
        EXPECT_NEAR(distance(world.people()[i].at, before[i].at), 6, 1e-6);
    }
  }
}

TEST(World, InAMixedOneMostStandAndOnePercentIsReplaced) {
  World world({.place = Place::crowd, .mobility = Mobility::mixed, .players = 2'050});
  EXPECT_NEAR(share(world, [](Person const& p) { return p.strolls; }), 0.8, 0.03);
  std::set<std::uint64_t> numbers;
  std::size_t gone = 0;
  for (int flush = 0; flush < 40; ++flush) {
    world.step();
    gone += world.gone().size();
    for (auto const& p : world.people()) ASSERT_LE(distance(p.at, {}), world.radius() + 1e-6);
  }
  for (auto const& p : world.people()) numbers.insert(p.number);
  EXPECT_EQ(gone, 820U);
  EXPECT_EQ(numbers.size(), 2'050U);
  EXPECT_EQ(*numbers.rbegin(), 2'050U + 820U);
  EXPECT_GT(share(world, [](Person const& p) { return p.rest > 0; }), 0.6);
}

TEST(World, AsManyAreReplacedAsItsTurnoverSays) {
  World world({.mobility = Mobility::walk, .players = 300, .turnover = 0.005});
  std::size_t gone = 0;
  for (int flush = 0; flush < 40; ++flush) {
    world.step();
    gone += world.gone().size();
  }
  EXPECT_EQ(gone, 60U);
  World calm({.mobility = Mobility::mixed, .players = 300, .turnover = 0.0});
  calm.step();
  EXPECT_TRUE(calm.gone().empty());
}

TEST(World, AGrowingOneFillsInAHundredAndTwentyFlushes) {
  World world({.place = Place::growing, .players = 3'000});
  EXPECT_EQ(world.people().size(), 25U);
  for (int flush = 2; flush <= 120; ++flush) {
    world.step();
    EXPECT_EQ(world.people().size(), static_cast<std::size_t>(flush) * 25U);
    EXPECT_TRUE(world.gone().empty());
  }
  world.step();
  EXPECT_EQ(world.people().size(), 3'000U);
}

TEST(World, OneSeedIsOneHistory) {
  auto const end = [](std::uint64_t seed) {
    World world({.place = Place::plazas, .players = 300, .seed = seed});
    for (int flush = 0; flush < 10; ++flush) world.step();
    std::vector<std::pair<double, double>> all;
    for (auto const& p : world.people()) all.emplace_back(p.at.x, p.at.z);
    return all;
  };
  EXPECT_EQ(end(4), end(4));
  EXPECT_NE(end(4), end(5));
}

}  // namespace
}  // namespace archipelago::sim
