// Odd and hostile input (ENGINE 5): bounded work, nobody lost, nobody else slowed down.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/engine.hpp"
#include "engine/crowd_worlds.hpp"
#include "engine/reach.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;

constexpr char const* kWorlds[] = {"point",    "line", "walls",  "corners", "scattered",
                                   "flapping", "city", "plazas", "crowd"};

/// The most work of a flush, by player, while one world turns into another.
std::uint64_t work_by_player(char const* from, char const* to, std::size_t players) {
  auto const engine = make_crowd_engine({.join_distance = 64, .leave_distance = 80}, {},
                                        {testing::CountingIds("I"), {}});
  std::uint64_t most = 0;
  milliseconds now{};
  for (auto const* kind : {from, to}) {
    bench::World world(kind, players);
    for (int i = 0; i < 3; ++i) {
      world.report(*engine);
      engine->flush(now += milliseconds(2000));
      most = std::max(most, engine->work());
      std::size_t seen = 0;
      engine->each_island([&](IslandView const& v) {
        EXPECT_LE(v.members.size(), 100U);
        seen += v.members.size();
      });
      EXPECT_EQ(seen, players);
      world.step();
    }
  }
  return most / players;
}

class Hostile : public ::testing::TestWithParam<std::tuple<char const*, char const*>> {};

/// The same for a thousand players and for many: nothing grows faster than they do.
TEST_P(Hostile, AWorldThatTurnsIntoAnotherCostsEachPlayerTheSameAndLosesNobody) {
  auto const [from, to] = GetParam();
  for (auto const players : {1'000U, 8'000U, 32'000U})
    EXPECT_LE(work_by_player(from, to, players), 400U) << players << " players";
}

INSTANTIATE_TEST_SUITE_P(Worlds, Hostile,
                         ::testing::Combine(::testing::Values("corners", "scattered"),
                                            ::testing::ValuesIn(kWorlds)),
                         [](auto const& test) {
                           return std::string(std::get<0>(test.param)) + "_" +
                                  std::get<1>(test.param);
                         });

/// The worlds above one after another, with the same people: what was near is suddenly apart.
RC_GTEST_PROP(HostileProperty, AWorldThatSuddenlyIsAnotherCostsBoundedWork, ()) {
  auto const cap = *rc::gen::element(1U, 2U, 3U, 5U, 10U, 30U, 100U);
  auto const players = *rc::gen::withSize(
      [](int size) { return rc::gen::inRange<std::size_t>(1, 50 + 20 * std::size_t(size)); });
  auto const engine = make_crowd_engine(
      {.join_distance = 64, .leave_distance = 80, .max_peers = cap},
      {.churn_budget = *rc::gen::element(0.0, 0.3, 10.0)}, {testing::CountingIds("I"), {}});
  for (int i = 0, now = 0, changes = *rc::gen::inRange(1, 4); i < changes; ++i) {
    bench::World world(*rc::gen::elementOf(std::vector(std::begin(kWorlds), std::end(kWorlds))),
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
