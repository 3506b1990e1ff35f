// The heartbeats of one shard's players, many in a message, for cores of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archipelago/cluster.pb.h"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "gateway/assignments.hpp"
#include "gateway/cluster.hpp"
#include "gateway/core_watch.hpp"
#include "gateway/directory.hpp"

namespace archipelago::gateway {

class HeartbeatSender;

/// What one session's beats tell beside the position. What waits of it is forgotten with it. Loop
/// of its sender only.
class Voice {
 public:
  struct Position {
    float x = 0;
    float y = 0;
    float z = 0;
  };

  /// Both must outlive the voice.
  Voice(HeartbeatSender& sender, Assignments const& told) : sender_(sender), told_(told) {}
  Voice(Voice const&) = delete;
  Voice& operator=(Voice const&) = delete;
  ~Voice();

  /// Whose beats these are from now on; `stay` must outlive the voice or its next follow().
  void follow(Stay const& stay) { stay_ = &stay; }

  /// The standing wish: goes with each beat until another is said, "" as well. At most
  /// kMaxWishBytes.
  void wish(std::string_view island) { wish_ = island; }

  /// Takes a beat, if beats go to a core of ours now; false: the caller tells the known services.
  /// Of several that wait the last one counts. After follow().
  [[nodiscard]] bool say(Position const& at);

 private:
  friend class HeartbeatSender;
  static constexpr std::size_t kNowhere = SIZE_MAX;

  HeartbeatSender& sender_;
  Assignments const& told_;
  Stay const* stay_ = nullptr;
  std::optional<std::string> wish_;
  Position at_;
  std::size_t place_ = kNowhere;  // among those that wait
};

/// Publishes `cluster.heartbeats` kDelay after the first beat that waits, or before the message
/// exceeds kMaxBytes. At most one beat of a session waits; one that was replaced or banned
/// meanwhile is not heard. Loop thread only; all arguments must outlive it, and it all voices.
/// Cost: some 100 ns a beat in all.
class HeartbeatSender {
 public:
  static constexpr Millis kDelay{10};
  static constexpr std::size_t kMaxBytes = 32'768;

  HeartbeatSender(Cluster const& cluster, Loop& loop, bus::Bus& bus, CoreWatch const& core,
                  Metrics& metrics)
      : cluster_(cluster), bus_(bus), core_(core), metrics_(metrics), timer_(loop) {}
  HeartbeatSender(HeartbeatSender const&) = delete;
  HeartbeatSender& operator=(HeartbeatSender const&) = delete;

 private:
  friend class Voice;
  [[nodiscard]] bool batching() const { return cluster_.batches && core_.leads(); }
  void add(Voice& voice);
  void remove(Voice& voice);
  void flush();
  void append(Voice const& voice);
  [[nodiscard]] std::uint32_t number_of(Assignments const& told);

  Cluster const& cluster_;
  bus::Bus& bus_;
  CoreWatch const& core_;
  Metrics& metrics_;
  Timer timer_;
  std::vector<Voice*> waiting_;
  std::size_t bytes_ = 0;  // of a message of all that waits, at most
  // Of flush() alone; kept because their memory serves again.
  cluster::Heartbeats batch_;
  std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> islands_;  // and places
};

}  // namespace archipelago::gateway
