// Classes, sums, and many threads at once.
#include "base/histogram.hpp"

#include <array>
#include <cstdint>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace archipelago {
namespace {

constexpr std::array kBounds{0.1, 1.0, 10.0};

TEST(Histogram, AValueBelongsToTheFirstClassWhoseBoundItDoesNotExceed) {
  Histogram histogram(kBounds);
  for (double const value : {0.0, 0.1, 0.100001, 1.0, 10.0, 10.5, 1e9}) histogram.note(value);
  EXPECT_EQ(histogram.count(0), 2U);
  EXPECT_EQ(histogram.count(1), 2U);
  EXPECT_EQ(histogram.count(2), 1U);
  EXPECT_EQ(histogram.count(3), 2U);
  EXPECT_EQ(histogram.count(), 7U);
}

TEST(Histogram, TheSumKeepsMillionths) {
  Histogram histogram(kBounds);
  histogram.note(0.000'002);
  histogram.note(3);
  EXPECT_DOUBLE_EQ(histogram.sum(), 3.000'002);
}

TEST(Histogram, NothingIsLostWhenThreadsNoteAtOnce) {
  constexpr std::uint64_t kEach = 20'000;
  Histogram histogram(kBounds);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (std::uint64_t n = 0; n < kEach; ++n) histogram.note(0.5);
      });
  }
  EXPECT_EQ(histogram.count(1), 4 * kEach);
  EXPECT_DOUBLE_EQ(histogram.sum(), 2 * kEach);
}

}  // namespace
}  // namespace archipelago
