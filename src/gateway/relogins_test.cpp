// Kick wars end; honest reconnects pass.
#include "gateway/relogins.hpp"

#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::DirectPlayer;
using testing::player;
using testing::RpcPlayer;
using testing::TestRealm;

Instant at(std::int64_t seconds) {
  return {Millis{seconds * 1'000}};
}

TEST(Relogins, ABurstPassesAndThenSoManyAMinute) {
  Relogins relogins({.per_minute = 4, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(relogins.take(player('a'), at(0)));
  EXPECT_FALSE(relogins.take(player('a'), at(0)));
  EXPECT_FALSE(relogins.take(player('a'), at(14)));
  EXPECT_TRUE(relogins.admits(player('a'), at(15)));
  EXPECT_TRUE(relogins.take(player('a'), at(15)));
  EXPECT_FALSE(relogins.take(player('a'), at(15)));
  EXPECT_TRUE(relogins.take(player('b'), at(15))) << "each wallet has its own";
}

TEST(Relogins, ARateOfZeroIsNoLimit) {
  Relogins relogins({.per_minute = 0, .burst = 1});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(relogins.take(player('a'), at(0)));
}

TEST(Relogins, TheTableIsBounded) {
  Relogins relogins({.per_minute = 1, .burst = 1}, 2);
  for (char const who : {'a', 'b', 'c'}) EXPECT_TRUE(relogins.take(player(who), at(0)));
  EXPECT_TRUE(relogins.take(player('a'), at(0))) << "the oldest starts afresh";
  EXPECT_FALSE(relogins.take(player('c'), at(0)));
}

TEST(Relogins, AKickWarEndsWithTheNewerClientRefusedAndTheOlderInPlace) {
  TestRealm realm({.logins = {.per_minute = 4, .burst = 3}});
  DirectPlayer first(realm);
  DirectPlayer second(realm);
  DirectPlayer third(realm);
  ASSERT_TRUE(first.log_in(player('a')));
  ASSERT_TRUE(second.log_in(player('a')));
  ASSERT_TRUE(third.log_in(player('a')));
  DirectPlayer fourth(realm);
  EXPECT_FALSE(fourth.log_in(player('a')));
  EXPECT_EQ(fourth.connection.closed_why, Errc::rate_limited);
  EXPECT_FALSE(third.connection.closed_why);
  EXPECT_EQ(realm.verifier.attempts.size(), 3U) << "a refusal costs no signature check";
  EXPECT_EQ(realm.metrics.value(Metric::replacements), 2);
  EXPECT_EQ(realm.metrics.value(Metric::relogins_refused), 1);
  realm.advance(Millis{15'000});
  DirectPlayer later(realm);
  EXPECT_TRUE(later.log_in(player('a')));
}

TEST(Relogins, TheBffAnswersAndClosesRetryable) {
  TestRealm realm({.logins = {.per_minute = 4, .burst = 1}});
  RpcPlayer first(realm);
  ASSERT_TRUE(first.log_in(player('a')));
  RpcPlayer second(realm);
  EXPECT_EQ(second.error(second.get_challenge(player('a').str())), "rate_limited");
  EXPECT_EQ(second.connection.closed_why, Errc::rate_limited);
  EXPECT_TRUE(reason(Errc::rate_limited).retryable);
  EXPECT_FALSE(first.connection.closed_why);
}

TEST(Relogins, WhoOnlyClaimsAnAddressUsesUpNothing) {
  TestRealm realm({.logins = {.per_minute = 4, .burst = 1}});
  for (int i = 0; i < 10; ++i) DirectPlayer(realm).claim(player('a').str());
  DirectPlayer owner(realm);
  EXPECT_TRUE(owner.log_in(player('a')));
}

}  // namespace
}  // namespace archipelago::gateway
