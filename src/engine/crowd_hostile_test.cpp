// Odd and hostile input (ENGINE 5): bounded work, nobody lost, nobody else slowed down.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/engine.hpp"
#include "engine/crowd_worlds.hpp"
#include "engine/reach.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;

class Hostile : public ::testing::TestWithParam<char const*> {};

TEST_P(Hostile, InputCostsBoundedWorkAndLosesNobody) {
  constexpr std::size_t kPlayers = 5'000;
  bench::World world(GetParam(), kPlayers);
  auto const engine = make_crowd_engine({.join_distance = 64, .leave_distance = 80}, {},
                                        {testing::CountingIds("I"), {}});
  for (int i = 0; i < 5; ++i) {
    world.report(*engine);
    engine->flush(milliseconds(2000 * i));
    EXPECT_LE(engine->work(), 400 * kPlayers);
    std::size_t seen = 0;
    engine->each_island([&](IslandView const& v) {
      EXPECT_LE(v.members.size(), 100U);
      seen += v.members.size();
    });
    EXPECT_EQ(seen, kPlayers);
    world.step();
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, Hostile,
                         ::testing::Values("point", "line", "walls", "corners", "scattered",
                                           "flapping", "city", "plazas", "crowd"),
                         [](auto const& test) { return std::string(test.param); });

/// The worlds above one after another, with the same people: what was near is suddenly apart.
RC_GTEST_PROP(HostileProperty, AWorldThatSuddenlyIsAnotherCostsBoundedWork, ()) {
  auto const cap = *rc::gen::element(1U, 2U, 3U, 5U, 10U, 30U, 100U);
  auto const players = *rc::gen::withSize(
      [](int size) { return rc::gen::inRange<std::size_t>(1, 50 + 20 * std::size_t(size)); });
  auto const engine = make_crowd_engine(
      {.join_distance = 64, .leave_distance = 80, .max_peers = cap},
      {.churn_budget = *rc::gen::element(0.0, 0.3, 10.0)}, {testing::CountingIds("I"), {}});
  for (int i = 0, now = 0, changes = *rc::gen::inRange(1, 4); i < changes; ++i) {
    bench::World world(*rc::gen::element("point", "line", "walls", "corners", "scattered",
                                         "flapping", "city", "plazas", "crowd"),
                       players);
    for (int step = 0; step < 3; ++step) {
      world.report(*engine);
      engine->flush(milliseconds(now += 2000));
      RC_ASSERT(engine->work() <= 800 * players);
      RC_ASSERT(engine->player_count() == players);
      engine->each_island([&](IslandView const& v) { RC_ASSERT(v.members.size() <= cap); });
      world.step();
    }
  }
}

TEST(Reach, TheVectorisedSearchAgreesWithThePlainOneAtTheBoundary) {
  Reach const reach(64);
  std::vector<float> x, z;
  for (int i = 0; i < 37; ++i) {
    x.push_back(64.0F + 1.0F + static_cast<float>(i));
    z.push_back(0);
  }
  EXPECT_FALSE(reach.covers_any(0, 0, x.data(), z.data(), x.size()));
  for (auto const last : {64.0F, 63.999996F}) {
    x.back() = last;
    EXPECT_TRUE(reach.covers_any(0, 0, x.data(), z.data(), x.size()));
    EXPECT_TRUE(reach.covers(0, 0, last, 0));
  }
  x.back() = 64.000008F;
  EXPECT_FALSE(reach.covers_any(0, 0, x.data(), z.data(), x.size()));
  EXPECT_FALSE(reach.covers(0, 0, 64.000008F, 0));
}

}  // namespace
}  // namespace archipelago::engine
