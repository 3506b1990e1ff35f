// Which of several processes leads (adr/0018).
#pragma once

#include <cstdint>
#include <functional>

#include "base/loop.hpp"

namespace archipelago::bus {

/// Which of several processes leads. Is destroyed on the thread of the loop that campaign() was
/// given, or when that loop runs no more.
class Lease {
 public:
  virtual ~Lease() = default;

  /// Tries to lead from now on, and again whenever it was lost. `won(epoch)` and `lost()` come in
  /// turns, `won` first, on `loop`, which outlives the lease. Once.
  virtual void campaign(Loop& loop, std::function<void(std::uint64_t epoch)> won,
                        std::function<void()> lost) = 0;

  /// The epoch while this process leads, 0 while it does not: true at the moment of the call, also
  /// after a process was stopped for a while. Any thread, cheap.
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;

  /// Leads no more, and lets another lead at once. Any thread.
  virtual void resign() = 0;
};

}  // namespace archipelago::bus
