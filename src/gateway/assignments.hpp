// Which of the assignments that the bus has for a player its session passes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "gateway/core_watch.hpp"

namespace archipelago::gateway {

/// One session's, on its loop, in a realm of many processes: there a message may come from a core
/// that leads no more, come twice or on two subjects. Both arguments must outlive it.
class Assignments {
 public:
  static constexpr std::size_t kMaxPlaceBytes = 512;

  Assignments(CoreWatch& core, Metrics& metrics) : core_(core), metrics_(metrics) {}

  /// Whether the player is to be told of `message` (an island_changed, on either subject), and
  /// notes that it was: not if it is no such message (counted), if its core leads no more
  /// (CoreWatch::admits()), or if the player was told the same last, the connection string
  /// included.
  [[nodiscard]] bool admit(bus::Message const& message);

  /// Told last; empty: none yet.
  [[nodiscard]] std::string const& island() const { return island_; }
  /// Where that is: its connection string up to '?', what follows is secret. Of what is longer than
  /// kMaxPlaceBytes nothing.
  [[nodiscard]] std::string_view place() const;

 private:
  [[nodiscard]] bool is_echo(bus::Message const& message);

  CoreWatch& core_;
  Metrics& metrics_;
  std::string island_;
  std::string connection_;
  std::uint64_t epoch_ = 0;  // of the last one on today's subject
};

}  // namespace archipelago::gateway
