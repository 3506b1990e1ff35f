// The token bucket: bursts, rates and absurd values.
#include "limits/token_bucket.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::limits {
namespace {

constexpr Instant at(std::int64_t ms) {
  return Instant{Millis{ms}};
}

TEST(TokenBucket, AllowsTheBurstAtOnceAndNoMore) {
  TokenBucket bucket({.per_second = 5, .burst = 10}, at(0));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.take(at(0))) << i;
  EXPECT_FALSE(bucket.take(at(0)));
}

TEST(TokenBucket, RefillsOneTokenEachPeriodToTheMillisecond) {
  TokenBucket bucket({.per_second = 5, .burst = 1}, at(0));
  EXPECT_TRUE(bucket.take(at(0)));
  EXPECT_FALSE(bucket.take(at(199)));
  EXPECT_TRUE(bucket.take(at(200)));
  EXPECT_FALSE(bucket.take(at(399)));
  EXPECT_TRUE(bucket.take(at(400)));
}

TEST(TokenBucket, LosesNoFractionHoweverOftenItIsAsked) {
  TokenBucket bucket({.per_second = 3, .burst = 3}, at(0));
  EXPECT_TRUE(bucket.take(at(0), 3));
  int taken = 0;
  for (int ms = 1; ms <= 10'000; ++ms) taken += bucket.take(at(ms)) ? 1 : 0;
  EXPECT_EQ(taken, 30);
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  TokenBucket bucket({.per_second = 1'000, .burst = 4}, at(0));
  EXPECT_EQ(bucket.available(at(1'000'000'000)), 4U);
  EXPECT_TRUE(bucket.take(at(1'000'000'000), 4));
  EXPECT_FALSE(bucket.take(at(1'000'000'000)));
}

TEST(TokenBucket, RefusesACostAboveItsBurstAndKeepsItsTokens) {
  TokenBucket bucket({.per_second = 1, .burst = 4}, at(0));
  EXPECT_FALSE(bucket.take(at(0), 5));
  EXPECT_TRUE(bucket.take(at(0), 4));
}

TEST(TokenBucket, StandsStillWhenTimeGoesBack) {
  TokenBucket bucket({.per_second = 1, .burst = 1}, at(5'000));
  EXPECT_TRUE(bucket.take(at(5'000)));
  EXPECT_FALSE(bucket.take(at(0)));
  EXPECT_FALSE(bucket.take(at(5'999)));
  EXPECT_TRUE(bucket.take(at(6'000)));
}

TEST(TokenBucket, ABurstOfNothingAllowsOnlyWhatIsFree) {
  TokenBucket bucket({.per_second = 100, .burst = 0}, at(0));
  EXPECT_FALSE(bucket.take(at(60'000)));
  EXPECT_TRUE(bucket.take(at(60'000), 0));
}

TEST(TokenBucket, AbsurdValuesNeitherOverflowNorRefillTooMuch) {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  constexpr auto kFirst = std::numeric_limits<std::int64_t>::min();
  TokenBucket bucket({.per_second = kMost, .burst = kMost}, at(kFirst));
  EXPECT_FALSE(bucket.take(at(kFirst), std::numeric_limits<std::uint64_t>::max()));
  EXPECT_TRUE(bucket.take(at(kFirst), kMost));
  EXPECT_FALSE(bucket.take(at(kFirst)));
  EXPECT_EQ(bucket.available(at(kLast)), kMost);
  EXPECT_TRUE(bucket.take(at(kLast), kMost));
  EXPECT_FALSE(bucket.take(at(kLast)));

  TokenBucket still({.per_second = 0, .burst = 1}, at(kFirst));
  EXPECT_TRUE(still.take(at(kFirst)));
  EXPECT_FALSE(still.take(at(kLast)));
}

// In any window the bucket lets through at most its burst plus what the rate gives for the window.
RC_GTEST_PROP(TokenBucketProperty, NoWindowCarriesMoreThanBurstAndRate,
              (std::uint32_t any_rate, std::uint32_t any_burst)) {
  Rate const rate{.per_second = any_rate % 1'000, .burst = any_burst % 100};
  auto const steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 300));
  TokenBucket bucket(rate, at(0));
  struct Taken {
    std::int64_t ms;
    std::uint64_t total;
  };
  std::vector<Taken> taken;
  std::int64_t now = 0;
  std::uint64_t total = 0;
  for (auto const step : steps) {
    now += step;
    auto const cost = static_cast<std::uint64_t>(step % 5);
    if (bucket.take(at(now), cost)) total += cost;
    taken.push_back({now, total});
  }
  for (std::size_t from = 0; from < taken.size(); ++from)
    for (std::size_t to = from; to < taken.size(); ++to) {
      auto const before = from == 0 ? 0 : taken[from - 1].total;
      auto const window = static_cast<std::uint64_t>(taken[to].ms - taken[from].ms);
      RC_ASSERT((taken[to].total - before) * 1'000 <=
                rate.burst * 1'000ULL + window * rate.per_second);
    }
}

}  // namespace
}  // namespace archipelago::limits
