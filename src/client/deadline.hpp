// How long something blocking may still take.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace archipelago::client {

/// Copies share the moment. Any thread.
class Deadline {
 public:
  explicit Deadline(Millis from_now) : at_(Clock::now() + from_now) {}

  /// Never below 0.
  [[nodiscard]] Millis left() const {
    return std::max(Millis{0}, std::chrono::ceil<Millis>(at_ - Clock::now()));
  }
  [[nodiscard]] bool passed() const { return Clock::now() >= at_; }

  /// The earlier of this and `from_now`.
  [[nodiscard]] Deadline within(Millis from_now) const {
    return Deadline(std::min(left(), from_now));
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point at_;
};

}  // namespace archipelago::client
