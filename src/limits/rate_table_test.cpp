// Rates by address: who shares a bucket, and what many addresses cost.
#include "limits/rate_table.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::limits {
namespace {

constexpr Rate kTwo{.per_second = 1, .burst = 2};

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value_or(IpAddress{});
}

constexpr Instant at(std::int64_t ms) {
  return Instant{Millis{ms}};
}

TEST(RateTable, EachAddressHasItsOwnBucket) {
  RateTable table(kTwo);
  EXPECT_TRUE(table.take(ip("192.0.2.1"), at(0)));
  EXPECT_TRUE(table.take(ip("192.0.2.1"), at(0)));
  EXPECT_FALSE(table.take(ip("192.0.2.1"), at(0)));
  EXPECT_TRUE(table.take(ip("192.0.2.2"), at(0)));
  EXPECT_TRUE(table.take(ip("192.0.2.1"), at(1'000)));
  EXPECT_FALSE(table.take(ip("192.0.2.1"), at(1'000)));
}

TEST(RateTable, AnIpv6SubscriberHasOneBucketForAllItsAddresses) {
  RateTable table(kTwo);
  EXPECT_TRUE(table.take(ip("2001:db8:0:1::1"), at(0)));
  EXPECT_TRUE(table.take(ip("2001:db8:0:1:ffff::2"), at(0)));
  EXPECT_FALSE(table.take(ip("2001:db8:0:1::3"), at(0)));
  EXPECT_TRUE(table.take(ip("2001:db8:0:2::1"), at(0)));
}

TEST(RateTable, ARateOfZeroIsNoLimitAndKeepsNothing) {
  RateTable table({.per_second = 0, .burst = 0});
  for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(table.take(ip("192.0.2.1"), at(0), 1'000));
  EXPECT_EQ(table.size(), 0U);
}

TEST(RateTable, ACostAboveTheBurstTakesTheWholeBucket) {
  RateTable table(kTwo);
  EXPECT_TRUE(table.take(ip("192.0.2.1"), at(0), 1'000));
  EXPECT_FALSE(table.take(ip("192.0.2.1"), at(0)));
  EXPECT_FALSE(table.take(ip("192.0.2.1"), at(1'000), 1'000));
}

TEST(RateTable, ManyAddressesTakeNoMoreMemoryAndAreCounted) {
  RateTable table(kTwo, 8);
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(table.take(ip("2001:db8:0:" + std::to_string(i) + "::1"), at(0)));
  EXPECT_EQ(table.size(), 8U);
  EXPECT_EQ(table.forgotten(), 92U);
}

TEST(RateTable, WhoFloodsIsNotForgottenHoweverManyOthersCome) {
  RateTable table(kTwo, 8);
  int passed = 0;
  for (int i = 0; i < 100; ++i) {
    passed += table.take(ip("192.0.2.1"), at(0)) ? 1 : 0;
    ASSERT_TRUE(table.take(ip("198.51.100." + std::to_string(i)), at(0)));
  }
  EXPECT_EQ(passed, 2);
}

TEST(RateTable, ForgettingAFullBucketLosesNothingAndIsNotCounted) {
  RateTable table(kTwo, 1);
  EXPECT_TRUE(table.take(ip("192.0.2.1"), at(0)));
  EXPECT_TRUE(table.take(ip("192.0.2.2"), at(1'000)));
  EXPECT_EQ(table.forgotten(), 0U);
  EXPECT_TRUE(table.take(ip("192.0.2.3"), at(1'000)));
  EXPECT_EQ(table.forgotten(), 1U);
}

RC_GTEST_PROP(RateTableProperty, NeverMoreThanItsCapacityAndNobodyGetsMoreThanItsBurst,
              (std::vector<std::uint8_t> const& steps)) {
  RateTable table(kTwo, 4);
  std::map<int, int> passed;
  for (auto const step : steps) {
    int const who = step % 4;  // as many as fit: nobody is forgotten
    passed[who] += table.take(ip("192.0.2." + std::to_string(who)), at(0)) ? 1 : 0;
    RC_ASSERT(table.size() <= 4U);
    RC_ASSERT(passed[who] <= 2);
  }
}

}  // namespace
}  // namespace archipelago::limits
