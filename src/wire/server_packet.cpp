// ServerPackets of the direct protocol, spliced.
#include "wire/server_packet.hpp"

#include "wire/field.hpp"

namespace archipelago::wire {

std::string server_packet(ServerCase which, std::string_view message) {
  std::string packet;
  packet.reserve(bytes_field_size(message.size()));
  append_bytes_field(packet, static_cast<unsigned>(which), message);
  return packet;
}

std::string challenge_response_packet(std::string_view challenge, bool already_connected) {
  std::string message;
  if (!challenge.empty()) append_bytes_field(message, 1, challenge);
  if (already_connected) append_varint_field(message, 2, 1);
  return server_packet(ServerCase::challenge_response, message);
}

std::string welcome_packet(std::string_view peer_id) {
  std::string message;
  if (!peer_id.empty()) append_bytes_field(message, 1, peer_id);
  return server_packet(ServerCase::welcome, message);
}

std::string kicked_packet() {
  return server_packet(ServerCase::kicked, {});
}

}  // namespace archipelago::wire
