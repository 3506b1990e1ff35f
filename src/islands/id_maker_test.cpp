// Names of islands.
#include "islands/id_maker.hpp"

#include <array>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

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

TEST(IslandIds, AreOrderedByEpochAndThenByCounter) {
  std::array<std::string_view, 7> const oldest_first{
      "Iloyw3v28aaaa-1",  "Iloyw3v28aaaa-2", "Iloyw3v28aaaa-z", "Iloyw3v28aaaa-10",
      "Iloyw3v28aaaa-zz", "Iloyw3v29aaaa-1", "I10oyw3v29aaaa-1"};
  for (std::size_t i = 0; i < oldest_first.size(); ++i)
    for (std::size_t j = 0; j < oldest_first.size(); ++j)
      EXPECT_EQ(older_id(oldest_first.at(i), oldest_first.at(j)), i < j) << i << ' ' << j;
}

TEST(IslandIds, TheOrderOfARunIsTheOrderOfItsMaking) {
  SeededRandom random(1);
  auto ids = island_ids("a-b", kStart, random);
  auto last = ids();
  for (int i = 0; i < 2'000; ++i) {
    auto next = ids();
    EXPECT_TRUE(older_id(last, next)) << last << ' ' << next;
    EXPECT_FALSE(older_id(next, last));
    last = std::move(next);
  }
  EXPECT_TRUE(older_id("I9", "I10")) << "as the known service counts";
}

TEST(IslandIds, WhatAnotherProcessNamesMustBeShortAndPlain) {
  EXPECT_TRUE(is_island_id("Iloyw3v28aaaa-1"));
  EXPECT_TRUE(is_island_id(std::string(64, 'a')));
  for (auto const& bad : {std::string(65, 'a'), std::string(), std::string("a b"),
                          std::string("a/b"), std::string("\xff")})
    EXPECT_FALSE(is_island_id(bad)) << bad;
}

}  // namespace
}  // namespace archipelago::islands
