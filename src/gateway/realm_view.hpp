// How many players the whole realm has, as the processes of it tell.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"

namespace archipelago::gateway {

/// Hears `cluster.gateway.*`, `cluster.core` and the discovery messages of known cores. The counts
/// may be read by any thread at any time, all else happens on the loop. Ages count only while
/// messages pass (Bus::connected_for()): while the bus is away all stays as it was. At most
/// kMostGateways gateways are heard of.
class RealmView {
 public:
  static constexpr Millis kReview{500};  ///< so much later than due silence may be noticed

  /// `own`: the id of this process's gateway, which is not counted among the others; "": it has
  /// none. `mailbox` belongs to `loop`; all must outlive the view.
  RealmView(std::string own, Loop& loop, bus::Mailbox& mailbox, bus::Bus const& bus,
            Metrics& metrics);
  RealmView(RealmView const&) = delete;
  RealmView& operator=(RealmView const&) = delete;

  /// Players logged in at other gateways, as those told last; without those that were silent for
  /// kGatewaySilence.
  [[nodiscard]] std::size_t elsewhere() const { return elsewhere_.load(kRelaxed); }

  /// Players on islands and islands, as the core that leads told last; a known core tells no number
  /// of islands (0). Both are 0 while no core is heard of.
  [[nodiscard]] std::size_t players() const { return players_.load(kRelaxed); }
  [[nodiscard]] std::size_t islands() const { return islands_.load(kRelaxed); }

  /// A core of ours was heard of within kCoreSilence, or a known one within kKnownCoreSilence.
  [[nodiscard]] bool core_heard() const { return core_heard_.load(kRelaxed); }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  struct Gateway {
    Instant heard;
    std::size_t sessions;
  };
  struct Core {
    Instant heard;
    std::size_t players;
    std::size_t islands;
  };

  void hear_gateway(bus::Message const& message);
  void hear_core(bus::Message const& message);
  void hear_known_core(bus::Message const& message);
  void review();
  void count_elsewhere();
  void show_core();
  [[nodiscard]] bool silent(Instant heard, Millis patience) const;

  std::string const own_;
  Loop& loop_;
  bus::Bus const& bus_;
  Metrics& metrics_;
  std::map<std::string, Gateway> gateways_;
  std::optional<Core> core_;
  std::uint64_t epoch_ = 0;  // of core_
  std::optional<Core> known_core_;
  std::atomic<std::size_t> elsewhere_{0};
  std::atomic<std::size_t> players_{0};
  std::atomic<std::size_t> islands_{0};
  std::atomic<bool> core_heard_{false};
  Timer review_;
  bus::Subscription gateway_status_;
  bus::Subscription core_status_;
  bus::Subscription engine_discovery_;
  bus::Subscription service_discovery_;
};

}  // namespace archipelago::gateway
