// What the crowd policy promises of a crowd: neighbours together, at the churn that was asked for.
#include <gtest/gtest.h>

#include "sim/policy.hpp"
#include "sim/simulation.hpp"

namespace archipelago::sim {
namespace {

struct Result {
  double recall = 0, churn = 0, free_seat = 0;
};

/// The mean of two runs with 300 people and islands of 20: as dense by island as 1 500 and 100.
Result mean_of(Place place, double budget) {
  Result mean;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    Settings settings;
    settings.limits = {.join_distance = 64, .leave_distance = 80, .max_peers = 20};
    settings.churn_budget = budget;
    SimulationOptions options;
    options.world = {.place = place, .mobility = Mobility::mixed, .players = 300, .seed = seed};
    options.warmup = 15;
    options.flushes = 45;
    auto const engine = make_engine(settings);
    auto const report = simulate(options, *engine);
    mean.recall += report.recall_mean / 2;
    mean.churn += report.churn / 2;
    mean.free_seat += report.free_seat / 2;
  }
  return mean;
}

TEST(CrowdRecall, AtTheDefaultBudgetHoldsItsFloorWithinItsChurn) {
  auto const budget = Settings{}.churn_budget;
  auto const crowd = mean_of(Place::crowd, budget);
  EXPECT_GE(crowd.recall, 0.27);
  EXPECT_LE(crowd.churn, 1.4 * budget);  // with what must be: parting, meeting, carving
}

TEST(CrowdRecall, GrowsWithTheBudget) {
  constexpr double kTolerance = 0.01;
  double last = 0;
  for (double const budget : {0.0, 0.3, 1.2}) {
    auto const recall = mean_of(Place::crowd, budget).recall;
    EXPECT_GE(recall, last - kTolerance) << "at " << budget;
    last = recall;
  }
}

TEST(CrowdRecall, AGrowingCrowdHasFreeSeats) {
  EXPECT_GE(mean_of(Place::growing, Settings{}.churn_budget).free_seat, 0.9);
}

}  // namespace
}  // namespace archipelago::sim
