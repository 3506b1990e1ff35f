// ServerPackets of the direct protocol (WIRE 1.2), made around messages that are already encoded:
// one island_changed is encoded once and goes to the bus, to /ws and to BFF subscribers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace archipelago::wire {

/// Cases of ServerPacket's oneof, by field number.
enum class ServerCase : std::uint8_t {
  challenge_response = 1,
  welcome = 2,
  island_changed = 3,
  left_island = 4,
  join_island = 5,
  kicked = 6,
};

/// A ServerPacket around `message`, the encoding of that case's message; it is not looked at.
[[nodiscard]] std::string server_packet(ServerCase which, std::string_view message);

[[nodiscard]] std::string challenge_response_packet(std::string_view challenge,
                                                    bool already_connected);
[[nodiscard]] std::string welcome_packet(std::string_view peer_id);
/// Its only reason, KR_NEW_SESSION, encodes to nothing.
[[nodiscard]] std::string kicked_packet();

}  // namespace archipelago::wire
