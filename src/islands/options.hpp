// The settings of the islands, and their ranges.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "bus/bus.hpp"

namespace archipelago::islands {

struct Options {
  Millis flush_interval{
      2'000};  ///< [10, 60'000]; the time that a flush takes is taken off the pause
  Millis arrival_delay{
      25};  ///< [0, 1'000]: a newcomer waits this long for others to share its flush
  Millis heartbeat_expiry{60'000};    ///< [1'000, 3'600'000]: silent players leave their island
  Millis discovery_interval{10'000};  ///< [100, 60'000]
  std::size_t max_players = 10'000;   ///< [1, 1'000'000]; more are refused (realm_full)
  bus::Capacity mailbox{};            ///< messages in [16, 16'777'216]
  std::string commit_hash{};          ///< told to the other services; empty: unknown
};

/// One line that names the wrong value and its range; nothing if the options can be used.
[[nodiscard]] std::optional<std::string> problem_with(Options const& options);

}  // namespace archipelago::islands
