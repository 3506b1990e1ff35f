// The number by which the members of a room know one another.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

namespace archipelago::rooms {

/// 1 to 0xfffffffe: clients take 0 as "none", and all ones is kept free too (WIRE 7).
using Alias = std::uint32_t;

/// Counts over the whole process, so that an alias is never used twice while it runs. Any thread.
class AliasMaker {
 public:
  explicit AliasMaker(Alias first = 1) : next_(first) {}

  /// Nothing once all four billion are used up: the process must be restarted then.
  std::optional<Alias> next() noexcept {
    Alias now = next_.load(std::memory_order_relaxed);
    do {
      if (now == std::numeric_limits<Alias>::max()) return std::nullopt;
    } while (!next_.compare_exchange_weak(now, now + 1, std::memory_order_relaxed));
    return now;
  }

 private:
  std::atomic<Alias> next_;
};

}  // namespace archipelago::rooms
