// Who may say how much in a room.
#include "rooms/fair_budget.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::rooms {
namespace {

Instant at(std::int64_t ms) {
  return {Millis{ms}};
}

TEST(FairBudget, ARateOfZeroLimitsNothing) {
  FairBudget budget({.per_second = 0, .burst = 0}, at(0));
  FairBudget::Share one;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(budget.take(at(0), one, 1, 1'000'000));
}

TEST(FairBudget, WhoStaysBelowItsShareIsHeardHoweverLoudTheOthersAre) {
  FairBudget budget({.per_second = 2'000, .burst = 500}, at(0));
  FairBudget::Share loud;
  FairBudget::Share quiet;
  while (budget.take(at(0), loud, 10, 10)) {
  }
  EXPECT_FALSE(budget.take(at(0), loud, 10, 10));
  EXPECT_TRUE(budget.take(at(0), quiet, 10, 60));
  EXPECT_TRUE(budget.take(at(0), quiet, 10, 40));
  EXPECT_FALSE(budget.take(at(0), quiet, 10, 1)) << "a share of 1 000 bytes for ten is used up";
  EXPECT_TRUE(budget.take(at(1'000), quiet, 10, 100)) << "a new second";
}

TEST(FairBudget, WhatIsLargerThanABurstPassesOnceTheBucketIsFull) {
  FairBudget budget({.per_second = 200, .burst = 100}, at(0));
  FairBudget::Share one;
  EXPECT_TRUE(budget.take(at(0), one, 10, 5'000));
  EXPECT_FALSE(budget.take(at(0), one, 10, 5'000));
  auto const wait = budget.wait(at(0), 5'000);
  EXPECT_EQ(wait, Millis{1'001});
  EXPECT_TRUE(budget.take(at(0) + wait, one, 10, 5'000));
}

RC_GTEST_PROP(FairBudgetProperty, NobodyHearsMoreThanTheRateAndABurst, ()) {
  constexpr std::uint32_t kRate = 10'000;
  constexpr std::uint32_t kBurst = 5'000;
  FairBudget budget({.per_second = kRate, .burst = kBurst}, at(0));
  auto const members = *rc::gen::inRange<std::size_t>(1, 20);
  std::vector<FairBudget::Share> shares(members);
  std::uint64_t heard = 0;
  std::int64_t now = 0;
  for (int step = 0; step < 500; ++step) {
    now += *rc::gen::inRange(0, 30);
    auto const who = *rc::gen::inRange<std::size_t>(0, members);
    auto const bytes = *rc::gen::inRange<std::size_t>(1, 2'000);
    if (budget.take(at(now), shares[who], members, bytes)) heard += bytes;
  }
  // The shares count by whole seconds: one more than have passed may be begun.
  RC_ASSERT(heard <= kBurst + kRate * static_cast<std::uint64_t>(now + 1'000) / 1'000);
}

}  // namespace
}  // namespace archipelago::rooms
