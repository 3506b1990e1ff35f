// The chances have the moments that they should, and the same values everywhere.
#include "sim/chance.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace archipelago::sim {
namespace {

constexpr int kDraws = 40'000;

TEST(Chance, TheLogarithmAgreesWithTheLibrarys) {
  for (double x = 1e-300; x < 1e300; x *= 1.37)
    EXPECT_NEAR(logarithm(x), std::log(x), 1e-14 * (1 + std::abs(std::log(x)))) << x;
  EXPECT_EQ(logarithm(1), 0);
}

TEST(Chance, GaussiansHaveMeanZeroAndSigmaOne) {
  Chance chance(1);
  double sum = 0, squares = 0, fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    auto const g = chance.gaussian();
    sum += g;
    squares += g * g;
    fourth += g * g * g * g;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.03);
  EXPECT_NEAR(fourth / kDraws, 3, 0.2);
}

TEST(Chance, ExponentialsHaveTheirMeanAndNoMemory) {
  Chance chance(2);
  double sum = 0;
  int beyond_mean = 0;
  for (int i = 0; i < kDraws; ++i) {
    auto const e = chance.exponential(60);
    ASSERT_GE(e, 0);
    sum += e;
    beyond_mean += e > 60 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 60, 1.5);
  EXPECT_NEAR(beyond_mean, kDraws * std::exp(-1.0), 500);
}

TEST(Chance, WholeNumbersStayBelowTheirBoundAndAreEven) {
  Chance chance(3);
  std::array<int, 7> seen{};
  for (int i = 0; i < kDraws; ++i) ++seen.at(chance.below(7));
  for (auto const count : seen) EXPECT_NEAR(count, kDraws / 7, 400);
}

TEST(Chance, OneSeedGivesTheSameValuesOnEveryMachine) {
  Chance chance(7);
  EXPECT_EQ(chance.uniform(), 0.38982974839127149);
  EXPECT_EQ(chance.gaussian(), 2.2315927041421904);
  EXPECT_EQ(chance.exponential(60), 17.215463356590707);
}

}  // namespace
}  // namespace archipelago::sim
