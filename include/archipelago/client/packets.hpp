// What players say to each other in a room: the packets that a client of today understands (RFC-4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "archipelago/client/realm.hpp"

namespace archipelago::client {

struct Chat {
  std::string text{};
  double timestamp = 0;  ///< as its sender has it; explorers write milliseconds since 1970
};

/// Where an avatar stands. Send unreliable, ten times a second at most, once a second at least.
struct Whereabouts {
  std::uint32_t index = 0;  ///< counts up; a receiver drops what is older than what it has
  Position at;
  float rotation_x = 0, rotation_y = 0, rotation_z = 0, rotation_w = 1;
};

/// A packet of another kind, or none at all: its bytes are the application's matter.
struct Other {};

/// The body of a message. Any bytes can be given; what is not such a packet is Other.
std::variant<Other, Chat, Whereabouts> parse_packet(std::string_view body);

std::string to_packet(Chat const& chat);
std::string to_packet(Whereabouts const& whereabouts);

}  // namespace archipelago::client
