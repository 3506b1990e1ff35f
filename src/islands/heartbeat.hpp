// A heartbeat as it comes from the bus: bytes that anybody may have written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "archipelago/engine.hpp"
#include "base/result.hpp"

namespace archipelago::islands {

/// More than any client sends: 17 bytes of position and an island's id.
inline constexpr std::size_t kMaxHeartbeatBytes = 1024;
/// Longer than any island's id.
inline constexpr std::size_t kMaxDesiredRoomBytes = 128;

struct Heartbeat {
  std::optional<engine::Position> at;  ///< finite; absent: a heartbeat without effect (WIRE 1.2)
  std::optional<std::string> desired_room;
};

/// v3.Heartbeat and bff.Heartbeat are the same bytes. Errors: malformed_packet, invalid_utf8,
/// message_too_big (also for a long desired_room), invalid_position (NaN or infinite). Any thread.
[[nodiscard]] Result<Heartbeat> read_heartbeat(std::string_view bytes);

}  // namespace archipelago::islands
