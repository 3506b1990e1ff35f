// What happens to messages for a reader slower than they arrive: unreliable ones are dropped first,
// and in the end the reader is closed. Only counts; the queue itself is the connection's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace archipelago::limits {

struct OutboxLimits {
  std::size_t unreliable_bytes =
      8UL * 1024;                ///< unreliable messages are kept while no more than this waits…
  Millis unreliable_delay{200};  ///< …or no more than this reader takes in that time
  std::size_t soft_bytes = 64UL * 1024;    ///< more than this waiting…
  Millis soft_patience{5'000};             ///< …for longer than this closes the reader
  std::size_t hard_bytes = 1024UL * 1024;  ///< more than this waiting closes it at once
};

/// One reader's account. Bytes count from offer() until sent(). One owner; every call O(1); `now`
/// must not decrease. Source: DESIGN rule 6.
class OutboxPolicy {
 public:
  enum class Verdict : std::uint8_t {
    keep,  ///< counted: queue it
    drop,  ///< unreliable and the reader is behind: forget it
    close  ///< the reader is too slow: close with slow_consumer
  };

  explicit OutboxPolicy(OutboxLimits const& limits) : limits_(limits) {}

  [[nodiscard]] Verdict offer(Instant now, std::size_t bytes, bool unreliable);

  /// The reader's socket took `bytes`.
  void sent(Instant now, std::size_t bytes);

  /// Whether the reader has been behind for too long; to be asked now and then, also when nothing
  /// is offered.
  [[nodiscard]] bool overdue(Instant now) const;

  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  [[nodiscard]] std::size_t unreliable_budget() const;
  void watch(Instant now);

  OutboxLimits limits_;
  std::size_t waiting_ = 0;
  std::optional<Instant> behind_since_;  // set while more than soft_bytes wait
  // Drain rate: bytes taken since `busy_since_`, while there was always something to take.
  Instant busy_since_{};
  std::size_t busy_bytes_ = 0;
  double bytes_per_ms_ = 0;
};

}  // namespace archipelago::limits
