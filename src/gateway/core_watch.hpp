// Which core of ours leads, and whether what a core says is still to be believed.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"

namespace archipelago::gateway {

/// The newest epoch that any shard of this process has heard. Any thread; lock-free.
class NewestEpoch {
 public:
  /// False if a newer one was heard.
  [[nodiscard]] bool note(std::uint64_t epoch);

 private:
  std::atomic<std::uint64_t> newest_{0};
};

/// One shard's; its loop only. All arguments must outlive it.
class CoreWatch {
 public:
  CoreWatch(Loop& loop, bus::Mailbox& mailbox, bus::Bus const& bus, NewestEpoch& newest,
            Metrics& metrics);
  CoreWatch(CoreWatch const&) = delete;
  CoreWatch& operator=(CoreWatch const&) = delete;

  /// A core of ours told of itself within kCoreLeads. Some nanoseconds.
  [[nodiscard]] bool leads() const;

  /// Whether what carries `epoch` comes from a core that leads: none below the newest heard, and no
  /// known core (0) before those of ours were silent for kCoreSilence while they could have been
  /// heard. What is refused is counted (`cluster_fenced`).
  [[nodiscard]] bool admits(std::uint64_t epoch);

 private:
  [[nodiscard]] bool believes(std::uint64_t epoch);
  [[nodiscard]] bool silent() const;
  void hear(bus::Message const& message);

  Loop& loop_;
  bus::Bus const& bus_;
  NewestEpoch& newest_;
  Metrics& metrics_;
  std::optional<Instant> led_;    // a core of ours told of itself
  std::optional<Instant> heard_;  // it said anything
  bus::Subscription status_;
};

}  // namespace archipelago::gateway
