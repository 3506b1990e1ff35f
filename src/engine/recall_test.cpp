// Recall against brute force.
#include "engine/recall.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::engine {
namespace {

Neighbours by_brute_force(std::vector<Standing> const& players, std::size_t of) {
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t i = 0; i < players.size(); ++i) {
    auto const dx = static_cast<double>(players[i].x) - static_cast<double>(players[of].x);
    auto const dz = static_cast<double>(players[i].z) - static_cast<double>(players[of].z);
    if (i != of && dx * dx + dz * dz <= 64.0 * 64.0) near.emplace_back(dx * dx + dz * dz, i);
  }
  std::ranges::sort(near);
  if (near.size() > kNeighbours) near.resize(kNeighbours);
  Neighbours answer{static_cast<std::uint32_t>(near.size()), 0};
  for (auto const& [d2, i] : near)
    answer.together += players[i].island == players[of].island ? 1U : 0U;
  return answer;
}

std::vector<Standing> someone(int most, int spread) {
  auto const count = *rc::gen::inRange(1, most);
  std::vector<Standing> players;
  for (int i = 0; i < count; ++i) {
    auto const x = static_cast<float>(*rc::gen::inRange(-spread, spread)) / 4;
    auto const z = static_cast<float>(*rc::gen::inRange(-spread, spread)) / 4;
    players.push_back({x, z, static_cast<std::uint32_t>(*rc::gen::inRange(0, 4))});
  }
  return players;
}

RC_GTEST_PROP(RecallProperty, TheSearchFindsWhatBruteForceFinds, ()) {
  auto const players = someone(150, *rc::gen::element(4, 100, 600, 4'000));
  NeighbourSearch const search(players);
  for (std::size_t i = 0; i < players.size(); ++i)
    RC_ASSERT(search.of(i) == by_brute_force(players, i));
}

RC_GTEST_PROP(RecallProperty, TheFiguresAreThoseOfAllAnswers, ()) {
  auto const players = someone(60, 300);
  Recall recall;
  recall.add(players);
  std::vector<double> shares;
  double sum = 0;
  for (std::size_t i = 0; i < players.size(); ++i)
    if (auto const n = by_brute_force(players, i); n.neighbours > 0) {
      shares.push_back(static_cast<double>(n.together) / n.neighbours);
      sum += shares.back();
    }
  RC_ASSERT(recall.answers() == shares.size());
  if (shares.empty()) return;
  std::ranges::sort(shares);
  RC_ASSERT(std::abs(recall.mean() - sum / static_cast<double>(shares.size())) < 1e-9);
  RC_ASSERT(recall.tenth_percentile() == shares[shares.size() / 10]);
}

TEST(Recall, NobodyNearIsNoAnswer) {
  Recall recall;
  std::vector<Standing> const players{{0, 0, 1}, {64.01F, 0, 1}};
  recall.add(players);
  EXPECT_EQ(recall.answers(), 0U);
  EXPECT_EQ(recall.mean(), 1);
  recall.add({});
}

TEST(Recall, SixtyFourMetresAreNear) {
  Recall recall;
  std::vector<Standing> const players{{0, 0, 1}, {64, 0, 2}};
  recall.add(players);
  EXPECT_EQ(recall.answers(), 2U);
  EXPECT_EQ(recall.mean(), 0);
}

TEST(Recall, AMultitudeOnOnePointIsAnsweredByItsFirst) {
  std::vector<Standing> players(30'000, Standing{5, 5, 1});
  for (std::size_t i = 0; i < 11; ++i) players[i].island = 2;
  NeighbourSearch const search(players);
  EXPECT_EQ(search.of(20'000), (Neighbours{10, 0}));
  EXPECT_EQ(search.of(3), (Neighbours{10, 10}));
}

}  // namespace
}  // namespace archipelago::engine
