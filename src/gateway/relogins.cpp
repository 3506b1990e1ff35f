// Buckets count by the second: a login costs sixty tokens of one each.
#include "gateway/relogins.hpp"

#include <algorithm>

namespace archipelago::gateway {
namespace {

constexpr std::uint32_t kCost = 60;
constexpr std::uint32_t kMost = 1'000'000;

limits::Rate per_second(LoginRate rate) {
  auto const most = std::clamp(rate.burst, 1U, kMost);
  return {std::min(rate.per_minute, kMost), most * kCost};
}

/// Until an untouched bucket is full again, and forgetting it makes no difference.
Millis filling_time(limits::Rate rate) {
  return Millis{rate.per_second == 0 ? 0 : std::int64_t{rate.burst} * 1'000 / rate.per_second + 1};
}

}  // namespace

Relogins::Relogins(LoginRate rate, std::size_t capacity)
    : rate_(per_second(rate)), buckets_(capacity, filling_time(rate_)) {}

bool Relogins::admits(Address const& who, Instant now) {
  auto const* const bucket = buckets_.find(who, now);
  return bucket == nullptr || bucket->available(now) >= kCost;
}

bool Relogins::take(Address const& who, Instant now) {
  if (rate_.per_second == 0) return true;
  if (!admits(who, now)) return false;
  return buckets_.touch(who, now, limits::TokenBucket(rate_, now)).take(now, kCost);
}

}  // namespace archipelago::gateway
