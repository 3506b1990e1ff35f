// One thread's event loop as the rooms above the network see it: time, timers and a queue of tasks.
// net::Shard runs one on Asio; VirtualLoop (virtual_loop.hpp) runs one by hand in tests and
// simulations.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/time.hpp"

namespace archipelago {

using Task = std::function<void()>;

class Loop {
 public:
  using TimerId = std::uint64_t;  ///< never 0

  virtual ~Loop() = default;

  /// Time at which the current task began. Loop thread only.
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual WallTime wall_now() const = 0;

  /// Runs `task` on the loop's thread, after what is queued already. Any thread; never runs it
  /// inside the call. Tasks posted from one thread keep their order. A loop that has stopped drops
  /// the task.
  virtual void post(Task task) = 0;

  /// Runs `task` once after `delay` (>= 0). Loop thread only, as is cancel().
  virtual TimerId start_timer(Millis delay, Task task) = 0;

  /// Forgets a timer; unknown and expired ones are ignored.
  virtual void cancel_timer(TimerId id) = 0;
};

/// A timer that is forgotten with its owner. Loop thread only; the loop must outlive it.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(loop) {}
  Timer(Timer const&) = delete;
  Timer& operator=(Timer const&) = delete;
  ~Timer() { cancel(); }

  /// Replaces what was set before.
  void start(Millis delay, Task task) {
    cancel();
    id_ = loop_.start_timer(delay, [this, run = std::move(task)] {
      id_ = 0;
      run();  // may destroy *this
    });
  }
  void cancel() {
    if (id_ != 0) loop_.cancel_timer(std::exchange(id_, 0));
  }
  [[nodiscard]] bool running() const { return id_ != 0; }

 private:
  Loop& loop_;
  Loop::TimerId id_ = 0;
};

}  // namespace archipelago
