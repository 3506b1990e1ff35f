// What the islands say on the bus, as bytes (WIRE 1.2, 6).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archipelago/engine.hpp"
#include "base/time.hpp"
#include "islands/snapshot.hpp"

namespace archipelago::islands {

/// The field `peers` of IslandChangedMessage: all members and their newest positions. Made once for
/// an island and shared by the messages to all who came to it.
[[nodiscard]] std::string encode_peers(engine::IslandView const& island);

/// IslandChangedMessage around encode_peers(). `from` is empty if the player was told of no island
/// before.
[[nodiscard]] std::string island_changed_message(std::string_view island,
                                                 std::string_view connection_string,
                                                 std::string_view from, std::string_view peers);

/// JoinIslandMessage.
[[nodiscard]] std::string join_island_message(std::string_view island, std::string_view player);

/// IslandStatusMessage.
[[nodiscard]] std::string island_status_message(Snapshot const& snapshot);

struct ServiceStatus {
  WallTime now;
  std::string_view commit_hash;  ///< empty: unknown, left out
  std::size_t users = 0;
};

/// ServiceDiscoveryMessage of `engine.discovery`.
[[nodiscard]] std::string discovery_message(ServiceStatus const& status);
/// The JSON of `service.discovery`.
[[nodiscard]] std::string discovery_json(ServiceStatus const& status);

}  // namespace archipelago::islands
