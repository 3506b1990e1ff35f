// What docs/ENGINE.md claims of crowds: neighbours together, at the churn that was asked for.
#include <string>

#include <gtest/gtest.h>

#include "sim/policy.hpp"
#include "sim/simulation.hpp"

namespace archipelago::sim {
namespace {

/// One run of the table's.
Report run(Place place, std::size_t players, Settings settings = {}) {
  settings.limits = {.join_distance = 64, .leave_distance = 80};
  SimulationOptions options;
  options.world = {.place = place, .mobility = Mobility::mixed, .players = players, .seed = 1};
  return simulate(options, *make_engine(settings));
}

/// A little below the table's means: this is one seed of three.
struct Claim {
  std::string name;
  Place place;
  std::size_t players;
  double recall, churn;
};
class RecallClaim : public ::testing::TestWithParam<Claim> {};

TEST_P(RecallClaim, HoldsAtTheDefaultBudget) {
  auto const& claim = GetParam();
  auto const report = run(claim.place, claim.players);
  EXPECT_GE(report.recall_mean, claim.recall);
  EXPECT_LE(report.churn, claim.churn);
  EXPECT_GE(report.free_seat, 0.9);
}

INSTANTIATE_TEST_SUITE_P(Table, RecallClaim,
                         ::testing::Values(Claim{"plazas", Place::plazas, 2000, 0.75, 0.30},
                                           Claim{"crowd", Place::crowd, 2000, 0.48, 0.31},
                                           Claim{"growing", Place::growing, 3000, 0.40, 0.45}),
                         [](auto const& test) { return test.param.name; });

Report run_walkers(double budget, double turnover) {
  Settings settings;
  settings.limits = {.join_distance = 64, .leave_distance = 80};
  settings.churn_budget = budget;
  SimulationOptions options;
  options.world = {.place = Place::plazas,
                   .mobility = Mobility::walk,
                   .players = 2'000,
                   .seed = 1,
                   .turnover = turnover};
  return simulate(options, *make_engine(settings));
}

TEST(WalkersClaim, FewerAndFullerIslandsServeThem) {
  auto const report = run_walkers(1.35, 0);
  EXPECT_GE(report.recall_mean, 0.73);
  EXPECT_LE(report.churn, 1.22);
}

/// Where the budget keeps islands together, who comes goes to the nearest one, not to the fullest.
TEST(WalkersClaim, WhoComesAndGoesDoesNotScatterThem) {
  auto const report = run_walkers(1.35, 0.01);
  EXPECT_GE(report.recall_mean, 0.70);
  EXPECT_LE(report.churn, 1.25);
}

/// The order of arrival has .284 @ .144 there.
TEST(WalkersClaim, NobodyWhoStaysNeedsToBeMovedForIt) {
  auto const report = run_walkers(0, 0.01);
  EXPECT_GE(report.recall_mean, 0.28);
  EXPECT_LE(report.churn, 0.126);
}

TEST(ReferenceClaim, NeighboursAreStrangersInACrowd) {
  Settings settings;
  settings.policy = "reference";
  EXPECT_LE(run(Place::crowd, 1000, settings).recall_mean, 0.15);
}

/// The mean of two runs with 300 people and islands of 20: as dense by island as 1 500 and 100.
double small_crowd(double budget) {
  double mean = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    Settings settings;
    settings.limits = {.join_distance = 64, .leave_distance = 80, .max_peers = 20};
    settings.churn_budget = budget;
    SimulationOptions options;
    options.world = {
        .place = Place::crowd, .mobility = Mobility::mixed, .players = 300, .seed = seed};
    options.warmup = 15;
    options.flushes = 45;
    auto const engine = make_engine(settings);
    mean += simulate(options, *engine).recall_mean / 2;
  }
  return mean;
}

TEST(CrowdRecall, GrowsWithTheBudget) {
  constexpr double kTolerance = 0.01;
  double last = 0;
  for (double const budget : {0.0, 0.3, 1.2}) {
    auto const recall = small_crowd(budget);
    EXPECT_GE(recall, last - kTolerance) << "at " << budget;
    last = recall;
  }
}

}  // namespace
}  // namespace archipelago::sim
