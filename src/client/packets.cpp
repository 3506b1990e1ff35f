// RFC-4 packets, as far as a bot needs them.
#include "archipelago/client/packets.hpp"

#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace rfc4 = decentraland::kernel::comms::rfc4;

constexpr std::uint32_t kProtocolVersion = 100;  // what today's clients send

rfc4::Packet packet() {
  rfc4::Packet out;
  out.set_protocol_version(kProtocolVersion);
  return out;
}

Whereabouts from(rfc4::Position const& position) {
  return {.index = position.index(),
          .at = {position.position_x(), position.position_y(), position.position_z()},
          .rotation_x = position.rotation_x(),
          .rotation_y = position.rotation_y(),
          .rotation_z = position.rotation_z(),
          .rotation_w = position.rotation_w()};
}

}  // namespace

std::variant<Other, Chat, Whereabouts> parse_packet(std::string_view body) {
  auto const parsed = wire::decode<rfc4::Packet>(body, body.size());
  if (!parsed) return Other{};
  if (parsed->has_chat()) return Chat{parsed->chat().message(), parsed->chat().timestamp()};
  if (parsed->has_position()) return from(parsed->position());
  return Other{};
}

std::string to_packet(Chat const& chat) {
  auto out = packet();
  out.mutable_chat()->set_message(chat.text);
  out.mutable_chat()->set_timestamp(chat.timestamp);
  return wire::encode(out);
}

std::string to_packet(Whereabouts const& whereabouts) {
  auto out = packet();
  auto& position = *out.mutable_position();
  position.set_index(whereabouts.index);
  position.set_position_x(whereabouts.at.x);
  position.set_position_y(whereabouts.at.y);
  position.set_position_z(whereabouts.at.z);
  position.set_rotation_x(whereabouts.rotation_x);
  position.set_rotation_y(whereabouts.rotation_y);
  position.set_rotation_z(whereabouts.rotation_z);
  position.set_rotation_w(whereabouts.rotation_w);
  return wire::encode(out);
}

}  // namespace archipelago::client
