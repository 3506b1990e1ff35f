// How late a loop runs what is due: the sign of a thread that has more to do than it can.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/histogram.hpp"
#include "base/loop.hpp"

namespace archipelago {

/// Asks its loop for a timer every kEvery and notes how late each one came. Cost: one timer.
class LoopLag : public std::enable_shared_from_this<LoopLag> {
 public:
  static constexpr Millis kEvery{100};
  /// Upper ends of the histogram's classes, in seconds.
  static constexpr std::array kBounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0};

  /// Watches from now on, until it or the loop is gone. Any thread; the loop must run tasks only
  /// while it lives.
  static std::shared_ptr<LoopLag> watch(Loop& loop);

  explicit LoopLag(Loop& loop) : loop_(loop) {}

  /// How far behind the loop is at `now`: what its last two timers were both late by, or how long
  /// the next one is overdue already. One hiccup is no lag. Any thread.
  [[nodiscard]] Millis behind(Instant now) const noexcept;

  /// Any thread.
  [[nodiscard]] Histogram const& histogram() const noexcept { return seen_; }

 private:
  static constexpr std::int64_t kNotYet = INT64_MAX;

  void begin();
  void look(Instant due);
  void note(Millis late) noexcept;

  Loop& loop_;
  std::atomic<std::int64_t> due_{kNotYet};  // of the next timer, ms
  std::atomic<std::int64_t> last_{0};       // lateness, ms
  std::atomic<std::int64_t> before_{0};     // of the one before
  Histogram seen_{kBounds};                 // seconds
};

}  // namespace archipelago
