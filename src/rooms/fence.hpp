// Which room tokens come from a core that leads no more (adr/0018).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"

namespace archipelago::rooms {

/// Hears on `cluster.core` who leads. A while after a new epoch was first heard, by our own
/// monotonic clock, tokens of lower ones are good no more: until then players are on their way whom
/// the core before sent. Nothing heard, as in a realm of one process: every token is good.
///
/// Made and destroyed on the loop's thread or while it does not run; the loop and `metrics` outlive
/// it.
class Fence {
 public:
  static constexpr Millis kGrace{30'000};
  /// An epoch is a time of day, or little more than the one before. What is further ahead of ours
  /// is not believed: it would shut everybody out for good.
  static constexpr Millis kMostAhead{24 * 60 * 60 * 1000};

  Fence(bus::Bus& bus, Loop& loop, Metrics& metrics);
  Fence(Fence const&) = delete;
  Fence& operator=(Fence const&) = delete;

  /// Whether a token's epoch is still good; counted (`cluster_fenced`) when it is not. Any thread;
  /// one relaxed load.
  [[nodiscard]] bool admits(std::uint64_t epoch) const noexcept;

  /// The newest epoch heard, 0: none. For whoever makes tokens without being a core. Any thread.
  [[nodiscard]] std::uint64_t newest() const noexcept {
    return newest_.load(std::memory_order_relaxed);
  }

 private:
  struct Coming {
    std::uint64_t epoch;
    Instant counts_from;
  };
  static constexpr std::size_t kMostComing = 64;  ///< later ones are heard of again

  void on_status(bus::Message const& message);
  void wait();

  Loop& loop_;
  Metrics& metrics_;
  std::atomic<std::uint64_t> newest_{0};
  std::atomic<std::uint64_t> least_{0};
  std::deque<Coming> coming_;  // ascending
  Timer timer_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  bus::Subscription subscription_;
};

}  // namespace archipelago::rooms
