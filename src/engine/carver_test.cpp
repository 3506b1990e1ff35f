// Crowds that fill up, where new islands are carved all the time: every rule is kept.
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/crowd_run.hpp"

namespace archipelago::engine {
namespace {

/// Three more at each flush, somewhere in a disc that grows with them; one in ten strolls, one in
/// thirty wishes to be elsewhere or no more.
History filling(float spacing, int flushes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  auto const eighths = [&](float most) {
    return 0.125F * std::round(8 * most * (static_cast<float>(random() % 2001) / 1000 - 1));
  };
  std::vector<Position> at;
  History all;
  for (int flush = 0; flush < flushes; ++flush) {
    auto const half = spacing * (1 + std::sqrt(static_cast<float>(at.size())) / 2);
    for (int i = 0; i < 3; ++i) at.push_back({eighths(half), 0, eighths(half)});
    for (std::size_t i = 0; i < at.size(); ++i) {
      auto const player = static_cast<int>(i);
      if (random() % 10 == 0) at[i] = {at[i].x + eighths(5), 0, at[i].z + eighths(5)};
      auto const kind = random() % 30 != 0  ? Kind::report
                        : random() % 3 == 0 ? Kind::unwish
                                            : Kind::wish;
      all.push_back({kind, player, static_cast<int>(random() % 64), at[i]});
    }
    all.push_back({Kind::flush, 0, 0, {}});
  }
  return all;
}

class Carving : public ::testing::TestWithParam<int> {};

TEST_P(Carving, OfACrowdThatFillsUpKeepsTheRules) {
  CrowdRun run({.cap = 20, .players = 0, .steps = 0});
  for (auto const& e : filling(static_cast<float>(GetParam()), 80, 1)) run.apply(e);
  EXPECT_GT(run.judge.counts.at(static_cast<std::size_t>(Cause::carve)), 20U);
}

INSTANTIATE_TEST_SUITE_P(Spacing, Carving, ::testing::Values(2, 10, 20, 30));

}  // namespace
}  // namespace archipelago::engine
