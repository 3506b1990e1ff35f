// Slow readers: what they lose, and when they go.
#include "limits/outbox_policy.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::limits {
namespace {

using Verdict = OutboxPolicy::Verdict;

constexpr Instant at(int ms) {
  return Instant{Millis{ms}};
}

TEST(OutboxPolicy, AReaderThatKeepsUpLosesNothing) {
  OutboxPolicy policy{OutboxLimits{}};
  for (int ms = 0; ms < 1000; ++ms) {
    ASSERT_EQ(policy.offer(at(ms), 4000, ms % 2 == 0), Verdict::keep);
    policy.sent(at(ms), 4000);
  }
  EXPECT_EQ(policy.waiting(), 0U);
}

TEST(OutboxPolicy, UnreliableMessagesAreDroppedBeyondTheBudgetAndReliableOnesAreNot) {
  OutboxPolicy policy{OutboxLimits{}};
  EXPECT_EQ(policy.offer(at(0), 8000, false), Verdict::keep);
  EXPECT_EQ(policy.offer(at(0), 500, true), Verdict::drop);
  EXPECT_EQ(policy.offer(at(0), 500, false), Verdict::keep);
  EXPECT_EQ(policy.waiting(), 8500U);
}

TEST(OutboxPolicy, ALargeUnreliableMessageGoesWhenNothingWaits) {
  OutboxPolicy policy{OutboxLimits{}};
  EXPECT_EQ(policy.offer(at(0), 60'000, true), Verdict::keep);
}

TEST(OutboxPolicy, AFastReaderMayHaveMoreUnreliableBytesWaiting) {
  OutboxPolicy policy{OutboxLimits{}};
  ASSERT_EQ(policy.offer(at(0), 60'000, false), Verdict::keep);
  policy.sent(at(100), 50'000);  // 500 bytes a millisecond: 100 kB in 200 ms
  EXPECT_EQ(policy.offer(at(100), 20'000, true), Verdict::keep);
}

TEST(OutboxPolicy, MoreThanTheHardLimitClosesAtOnce) {
  OutboxPolicy policy{OutboxLimits{}};
  EXPECT_EQ(policy.offer(at(0), 1024 * 1024, false), Verdict::keep);
  EXPECT_EQ(policy.offer(at(0), 1, false), Verdict::close);
}

TEST(OutboxPolicy, OneMessageAloneNeverCloses) {
  OutboxPolicy policy{OutboxLimits{}};
  EXPECT_EQ(policy.offer(at(0), OutboxLimits{}.hard_bytes + 1, false), Verdict::keep);
}

TEST(OutboxPolicy, MoreThanTheSoftLimitForTooLongCloses) {
  OutboxPolicy policy{OutboxLimits{}};
  EXPECT_EQ(policy.offer(at(0), 70'000, false), Verdict::keep);
  EXPECT_FALSE(policy.overdue(at(5000)));
  EXPECT_TRUE(policy.overdue(at(5001)));
  EXPECT_EQ(policy.offer(at(5001), 1, false), Verdict::close);
}

TEST(OutboxPolicy, CatchingUpStartsThePatienceAfresh) {
  OutboxPolicy policy{OutboxLimits{}};
  EXPECT_EQ(policy.offer(at(0), 70'000, false), Verdict::keep);
  policy.sent(at(4000), 10'000);
  EXPECT_EQ(policy.offer(at(4500), 10'000, false), Verdict::keep);
  EXPECT_FALSE(policy.overdue(at(9000)));
  EXPECT_TRUE(policy.overdue(at(9501)));
}

RC_GTEST_PROP(OutboxPolicyProperty, NeverMoreThanTheHardLimitWaits,
              (std::vector<std::uint32_t> const& steps)) {
  OutboxPolicy policy{OutboxLimits{}};
  int ms = 0;
  for (auto const step : steps) {
    std::size_t const bytes = step % 300'000;
    if (step % 3 == 0)
      policy.sent(at(ms), bytes);
    else if (policy.offer(at(ms), bytes, step % 3 == 1) == Verdict::drop)
      RC_ASSERT(step % 3 == 1);
    RC_ASSERT(policy.waiting() <= OutboxLimits{}.hard_bytes);
    ms += static_cast<int>(step % 50);
  }
}

}  // namespace
}  // namespace archipelago::limits
