#include "limits/token_bucket.hpp"

namespace archipelago::limits {
namespace {

constexpr std::uint64_t kUnit = 1'000;  // one token a second is one unit a millisecond

constexpr std::uint64_t capacity(Rate rate) noexcept {
  return rate.burst * kUnit;
}

/// Milliseconds from `a` to `b`, 0 if `b` is earlier; right even where the signed difference would
/// overflow.
constexpr std::uint64_t elapsed_ms(Instant a, Instant b) noexcept {
  if (b <= a) return 0;
  return static_cast<std::uint64_t>(b.since_origin.count()) -
         static_cast<std::uint64_t>(a.since_origin.count());
}

}  // namespace

TokenBucket::TokenBucket(Rate rate, Instant now) noexcept
    : rate_(rate), level_(capacity(rate)), filled_at_(now) {}

std::uint64_t TokenBucket::level_at(Instant now) const noexcept {
  if (rate_.per_second == 0) return level_;
  auto const missing = capacity(rate_) - level_;
  auto const elapsed = elapsed_ms(filled_at_, now);
  if (elapsed > missing / rate_.per_second) return capacity(rate_);  // also keeps the product small
  return level_ + elapsed * rate_.per_second;
}

bool TokenBucket::take(Instant now, std::uint64_t cost) noexcept {
  level_ = level_at(now);
  if (now > filled_at_) filled_at_ = now;
  if (cost > level_ / kUnit) return false;
  level_ -= cost * kUnit;
  return true;
}

std::uint64_t TokenBucket::available(Instant now) const noexcept {
  return level_at(now) / kUnit;
}

}  // namespace archipelago::limits
