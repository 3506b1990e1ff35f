// A histogram against the sorted list of what was added.
#include "swarm/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::swarm {
namespace {

RC_GTEST_PROP(Histogram, AQuantileIsWithinOneSixtyFourth, ()) {
  auto const shift = *rc::gen::inRange(0, 28);
  auto const values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::inRange<std::uint32_t>(0, 1U << shift)));
  auto const q = *rc::gen::inRange(0, 101) / 100.0;
  Histogram histogram;
  for (auto const value : values) histogram.add(Micros{value});
  auto sorted = values;
  std::ranges::sort(sorted);
  auto const rank = std::max(1.0, std::ceil(q * static_cast<double>(sorted.size())));
  auto const exact = static_cast<double>(sorted[static_cast<std::size_t>(rank) - 1]);
  auto const got = static_cast<double>(histogram.quantile(q).count());
  RC_ASSERT(std::abs(got - exact) <= exact / 64);
  RC_ASSERT(histogram.max().count() == sorted.back());
}

RC_GTEST_PROP(Histogram, TwoMergedAreAsOne,
              (std::vector<std::uint16_t> const& a, std::vector<std::uint16_t> const& b)) {
  Histogram first, second, both;
  for (auto const value : a) first.add(Micros{value}), both.add(Micros{value});
  for (auto const value : b) second.add(Micros{value}), both.add(Micros{value});
  first.merge(second);
  RC_ASSERT(first.count() == both.count());
  for (auto const q : {0.0, 0.5, 0.99, 1.0}) RC_ASSERT(first.quantile(q) == both.quantile(q));
}

TEST(Histogram, TakesWhatIsTooLongAndTooShort) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), Micros{0});
  histogram.add(Micros{-3});
  histogram.add(Micros::max());
  EXPECT_EQ(histogram.quantile(0), Micros{0});
  EXPECT_GE(histogram.quantile(1), std::chrono::hours(37));
}

}  // namespace
}  // namespace archipelago::swarm
