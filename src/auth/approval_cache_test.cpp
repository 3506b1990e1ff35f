// What is remembered, how long, and what goes first.
#include "auth/approval_cache.hpp"

#include <gtest/gtest.h>

namespace archipelago::auth {
namespace {

constexpr WallTime at(std::int64_t ms) {
  return {1'700'000'000'000 + ms};
}

TEST(ApprovalCache, EntriesEndWithTheirTime) {
  ApprovalCache cache(2, Millis(100));
  cache.insert("a", at(0));
  EXPECT_TRUE(cache.contains("a", at(99)));
  EXPECT_FALSE(cache.contains("a", at(100)));
  EXPECT_EQ(cache.size(), 0U);
}

TEST(ApprovalCache, BeingAskedForDoesNotProlongALife) {
  ApprovalCache cache(2, Millis(100));
  cache.insert("a", at(0));
  EXPECT_TRUE(cache.contains("a", at(60)));
  EXPECT_FALSE(cache.contains("a", at(120)));
}

TEST(ApprovalCache, AClockSetBackForgets) {
  ApprovalCache cache(2, Millis(100));
  cache.insert("a", at(0));
  EXPECT_FALSE(cache.contains("a", at(-1)));
}

TEST(ApprovalCache, TheLeastRecentlyUsedGoesFirst) {
  ApprovalCache cache(2, Millis(100));
  cache.insert("a", at(0));
  cache.insert("b", at(1));
  EXPECT_TRUE(cache.contains("a", at(2)));
  cache.insert("c", at(3));
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_TRUE(cache.contains("a", at(4)));
  EXPECT_FALSE(cache.contains("b", at(4)));
  EXPECT_TRUE(cache.contains("c", at(4)));
}

TEST(ApprovalCache, InsertingAgainRenews) {
  ApprovalCache cache(2, Millis(100));
  cache.insert("a", at(0));
  cache.insert("a", at(50));
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_TRUE(cache.contains("a", at(120)));
}

TEST(ApprovalCache, NoEntriesMeansNoMemory) {
  ApprovalCache cache(0, Millis(100));
  cache.insert("a", at(0));
  EXPECT_FALSE(cache.contains("a", at(0)));
}

}  // namespace
}  // namespace archipelago::auth
