// Recall and churn of snapshots made by hand, and of a watched world.
#include "islands/quality.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;

Snapshot::Island island(std::string id, std::vector<engine::Position> const& where) {
  static unsigned number = 0;
  Snapshot::Island made{.id = std::move(id)};
  for (auto const& at : where) made.peers.push_back({address(++number), at, {}});
  return made;
}

Snapshot world(std::vector<Snapshot::Island> islands, Millis made = {}) {
  Snapshot snapshot;
  snapshot.made = Instant{made};
  snapshot.islands = std::move(islands);
  for (auto const& one : snapshot.islands) snapshot.players += one.peers.size();
  return snapshot;
}

TEST(Quality, NeighboursOnOneIslandArePerfectAndApartTheyAreStrangers) {
  Metrics metrics;
  QualityMeter meter(metrics);
  auto const quality =
      meter.measure(world({island("together", {{0, 0, 0}, {10, 0, 0}}),
                           island("apart", {{500, 0, 0}}), island("stranger", {{510, 0, 0}})}));
  EXPECT_EQ(quality.recall_mean, 0.5);
  EXPECT_EQ(quality.recall_p10, 0);
  EXPECT_EQ(quality.islands.at("together"), 1);
  EXPECT_EQ(quality.islands.at("apart"), 0);
  EXPECT_EQ(quality.islands.at("stranger"), 0);
  EXPECT_EQ(metrics.ratio(Metric::recall_mean), 0.5);
  EXPECT_EQ(metrics.ratio(Metric::recall_p10), 0);
}

TEST(Quality, WithoutNeighboursNothingIsKnown) {
  Metrics metrics;
  QualityMeter meter(metrics);
  for (auto const& snapshot : {world({}), world({island("alone", {{0, 0, 0}})})}) {
    auto const quality = meter.measure(snapshot);
    EXPECT_FALSE(quality.recall_mean);
    EXPECT_FALSE(quality.recall_p10);
    EXPECT_TRUE(quality.islands.empty());
    EXPECT_EQ(metrics.ratio(Metric::recall_mean), 1);
  }
}

TEST(Quality, ChurnIsMovesByPlayerAndMinute) {
  Metrics metrics;
  QualityMeter meter(metrics);
  auto const at = [](Millis made) {
    return world({island("one", {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}})}, made);
  };
  metrics.add(Metric::player_moves, 100);  // before it looked
  EXPECT_EQ(meter.measure(at(Millis{0})).churn, 0);
  metrics.add(Metric::player_moves, 3);
  EXPECT_DOUBLE_EQ(meter.measure(at(Millis{15'000})).churn, 3);
  EXPECT_DOUBLE_EQ(meter.measure(at(Millis{30'000})).churn, 1.5);
  EXPECT_DOUBLE_EQ(metrics.ratio(Metric::churn), 1.5);
}

TEST(Quality, ChurnForgetsWhatIsLongAgo) {
  Metrics metrics;
  QualityMeter meter(metrics);
  auto const at = [](std::size_t n) {
    return world({island("one", {{0, 0, 0}})}, QualityWatch::kEvery * n);
  };
  static_cast<void>(meter.measure(at(0)));
  metrics.add(Metric::player_moves);
  for (std::size_t n = 1; n <= QualityMeter::kMoments; ++n)
    EXPECT_GT(meter.measure(at(n)).churn, 0);
  EXPECT_EQ(meter.measure(at(QualityMeter::kMoments + 1)).churn, 0);
}

TEST(Quality, AWatchedWorldIsMeasuredByAndBy) {
  VirtualLoop loop;
  Metrics metrics;
  auto const snapshot =
      std::make_shared<Snapshot const>(world({island("one", {{0, 0, 0}, {1, 0, 0}})}));
  QualityWatch watch(loop, [&] { return snapshot; }, metrics);
  EXPECT_FALSE(watch.latest()->recall_mean);
  loop.advance(QualityWatch::kEvery);
  auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!watch.latest()->recall_mean && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  EXPECT_EQ(watch.latest()->recall_mean, 1);
  EXPECT_EQ(loop.timers(), 1U);
}

}  // namespace
}  // namespace archipelago::islands
