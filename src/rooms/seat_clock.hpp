// Which of two seats on different hosts is the newer one.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.hpp"

namespace archipelago::rooms {

/// Numbers seats so that a later one is greater, wherever in the realm it is taken, though the
/// clocks of hosts differ: milliseconds since 1970 by the fastest clock of all that were heard, and
/// greater than every number that was made or heard.
///
/// Right for two seats that are further apart than a message needs from host to host at its
/// fastest, once the hosts have heard one another; the messages about the two may come as late and
/// in whatever order. Pure; one thread at a time.
class SeatClock {
 public:
  /// What is further ahead of ours is no clock of this realm.
  static constexpr Millis kMostAhead{24 * 60 * 60 * 1000};

  /// Whether `number` may come from another host's clock: not 0, not too far ahead.
  [[nodiscard]] static bool believes(std::uint64_t number, WallTime now) {
    return number != 0 && number <= millis(now + kMostAhead);
  }

  /// `number`: one that is believed.
  void hear(std::uint64_t number, WallTime now) {
    auto const ours = millis(now);
    if (number > ours) ahead_ = std::max(ahead_, number - ours);
    last_ = std::max(last_, number);
  }

  /// The number of a seat that is taken now.
  std::uint64_t next(WallTime now) { return last_ = peek(now); }
  /// The same without taking one.
  [[nodiscard]] std::uint64_t peek(WallTime now) const {
    return std::max(millis(now) + ahead_, last_ + 1);
  }

 private:
  [[nodiscard]] static std::uint64_t millis(WallTime time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.ms_since_epoch, 0));
  }

  std::uint64_t ahead_ = 0;  ///< how far the fastest clock is ahead of ours
  std::uint64_t last_ = 0;
};

}  // namespace archipelago::rooms
