// How often something may happen: a token bucket that is told the time.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace archipelago::limits {

/// `burst` at once, `per_second` in the long run. A burst of 0 allows nothing, a rate of 0 never
/// refills.
struct Rate {
  std::uint32_t per_second = 0;
  std::uint32_t burst = 0;
};

/// Counts thousandths of tokens in integers: the same answers on every machine, exact at any rate,
/// no overflow for any rate, cost or time. One thread; 24 bytes; a few nanoseconds a call.
class TokenBucket {
 public:
  /// Starts full.
  TokenBucket(Rate rate, Instant now) noexcept;

  /// Takes `cost` tokens, or none and says false. A cost above the burst never passes; time that
  /// goes back stands still.
  [[nodiscard]] bool take(Instant now, std::uint64_t cost = 1) noexcept;

  /// Whole tokens left at `now`.
  [[nodiscard]] std::uint64_t available(Instant now) const noexcept;

 private:
  [[nodiscard]] std::uint64_t level_at(Instant now) const noexcept;

  Rate rate_;
  std::uint64_t level_;  ///< thousandths of a token
  Instant filled_at_;
};

}  // namespace archipelago::limits
