// A loop whose time moves only when told: tests and simulations wait for nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "base/loop.hpp"

namespace archipelago {

/// post() may come from any thread; everything else belongs to the thread that drives the loop.
class VirtualLoop final : public Loop {
 public:
  explicit VirtualLoop(WallTime start = {1'700'000'000'000}) : wall_start_(start) {}

  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall_now() const override { return wall_start_ + now_.since_origin; }
  void post(Task task) override;
  TimerId start_timer(Millis delay, Task task) override;
  void cancel_timer(TimerId id) override;

  /// Runs posted tasks until none is left; time stands still. Returns how many ran.
  std::size_t run_posted();

  /// Moves time on, running timers at their times and all that they post.
  void advance(Millis by);

  [[nodiscard]] std::size_t timers() const { return timers_.size(); }

 private:
  using Due = std::pair<Instant, TimerId>;

  Instant now_{};
  WallTime wall_start_;
  TimerId last_timer_ = 0;
  std::map<Due, Task> timers_;
  std::map<TimerId, Instant> due_;
  std::mutex mutex_;  // guards posted_
  std::deque<Task> posted_;
};

}  // namespace archipelago
