// Time is an argument. Two kinds that the compiler keeps apart.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace archipelago {

using Millis = std::chrono::milliseconds;

/// Monotonic time since an origin that the loop chooses; never goes back. For timeouts, rates and
/// ages.
struct Instant {
  Millis since_origin{};

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Millis d) { return {t.since_origin + d}; }
  friend constexpr Instant operator-(Instant t, Millis d) { return {t.since_origin - d}; }
  friend constexpr Millis operator-(Instant a, Instant b) {
    return a.since_origin - b.since_origin;
  }
};

/// Milliseconds since 1970 (UTC). For expiry dates and what other programs read.
struct WallTime {
  std::int64_t ms_since_epoch{};

  friend constexpr auto operator<=>(WallTime, WallTime) = default;
  friend constexpr WallTime operator+(WallTime t, Millis d) {
    return {t.ms_since_epoch + d.count()};
  }
};

}  // namespace archipelago
