// Which hosts of rooms there are: they come, fall silent and drain.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/backend.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"

namespace archipelago::adapters {

struct RoomHost {
  std::string id;
  std::string url;  ///< base of its rooms, without a slash at its end
  std::unique_ptr<Backend> rooms;
  std::size_t capacity = 0;  ///< players; 0: no limit
  bool draining = false;     ///< takes nothing new
  bool gone = false;         ///< and does not come back: who comes back is another one
  Millis heard{};            ///< by the table's count of time
  std::size_t players = 0;   ///< of the islands that it has; its user's
};

/// Hears them on `cluster.rooms.*`, and believes what can be checked: an id that is the subject's
/// last part, a base that problem_with_base() takes and no other host has, kMostHosts of them. Who
/// is silent for kSilence is gone; who has another address now is gone, too, and a new one came.
/// Silence counts only while we could have heard somebody: while messages pass, and while our own
/// loop turns.
///
/// The loop's thread, or a time when it does not run.
class RoomHostTable {
 public:
  static constexpr Millis kSilence{2'500};
  static constexpr std::size_t kMostHosts = 256;
  using Hosts = std::map<std::string, std::shared_ptr<RoomHost>, std::less<>>;  // by id
  /// Makes the backend of the rooms below a good base.
  using Open = std::function<std::unique_ptr<Backend>(std::string const& base)>;

  /// The references outlive this.
  RoomHostTable(Loop& loop, bus::Bus& bus, Metrics& metrics, Open open);
  RoomHostTable(RoomHostTable const&) = delete;
  RoomHostTable& operator=(RoomHostTable const&) = delete;

  /// None of them is gone.
  [[nodiscard]] Hosts const& hosts() const { return hosts_; }
  /// Whose rooms a connection string, up to '?', leads to; null: nobody's. O(hosts).
  [[nodiscard]] std::shared_ptr<RoomHost> of(std::string_view connection) const;

  /// Whether there may be hosts that were not heard of yet.
  [[nodiscard]] bool learning() const;

 private:
  static constexpr Millis kSweep{250};

  void on_status(bus::Message const& message);
  void note(std::string_view id, std::string url, std::size_t capacity, bool draining);
  void sweep();
  void lose(Hosts::iterator host);
  [[nodiscard]] Millis listened() const;
  [[nodiscard]] Millis silence(Millis since) const;

  Loop& loop_;
  bus::Bus& bus_;
  Metrics& metrics_;
  Open const open_;
  Hosts hosts_;
  Instant swept_;
  Millis listened_{0};  ///< until swept_
  Timer timer_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  bus::Subscription subscription_;
};

}  // namespace archipelago::adapters
