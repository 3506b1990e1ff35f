// Names of islands.
#include "islands/id_maker.hpp"

#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace archipelago::islands {
namespace {

constexpr WallTime kStart{1'700'000'000'000};

TEST(IslandIds, HavePrefixEpochAndACounterInBase36) {
  SeededRandom random(1);
  auto ids = island_ids("prd-", kStart, random);
  auto const first = ids();
  EXPECT_TRUE(first.starts_with("prd-loyw3v28"));
  auto const head = first.substr(0, first.size() - 1);
  EXPECT_EQ(first, head + "1");
  for (int i = 2; i < 35; ++i) ids();
  EXPECT_EQ(ids(), head + "z");
  EXPECT_EQ(ids(), head + "10");
}

TEST(IslandIds, AreNeverTheSameAgainEvenAfterARestartInTheSameMillisecond) {
  SeededRandom random(1);
  std::set<std::string> seen;
  for (int start = 0; start < 20; ++start) {
    auto ids = island_ids("I", kStart, random);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(ids()).second);
  }
}

TEST(IslandIds, CopiesOfTheMakerShareItsCounter) {
  SeededRandom random(1);
  auto ids = island_ids("I", kStart, random);
  auto const copy = ids;
  EXPECT_NE(ids(), copy());
}

TEST(IslandIds, CanStandInSubjectsAndPaths) {
  SeededRandom random(1);
  auto const id = island_ids(std::string(kMaxPrefixBytes, 'P'), kStart, random)();
  EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"),
            std::string::npos);
  EXPECT_LE(id.size(), 64U);
}

TEST(IslandIds, AWrongPrefixIsRefused) {
  SeededRandom random(1);
  for (auto const* const prefix : {"a.b", "a b", "*", "a/b", "é"}) {
    EXPECT_TRUE(problem_with_prefix(prefix)) << prefix;
    EXPECT_THROW(static_cast<void>(island_ids(prefix, kStart, random)), std::invalid_argument);
  }
  EXPECT_TRUE(problem_with_prefix(std::string(kMaxPrefixBytes + 1, 'a')));
  EXPECT_FALSE(problem_with_prefix(""));
}

}  // namespace
}  // namespace archipelago::islands
