// The client's half of the room handshake, and the packets after it.
#include "client/room_member.hpp"

#include "client/player.hpp"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::client {
namespace {

namespace rfc5 = decentraland::kernel::comms::rfc5;

constexpr std::size_t kMaxPacket = 1024UL * 1024;

Result<rfc5::WsPacket> decode(std::string_view bytes) {
  auto packet = wire::decode<rfc5::WsPacket>(bytes, kMaxPacket);
  if (packet && packet->has_peer_kicked())
    return fail(Errc::replaced, "the room kicked: " + packet->peer_kicked().reason());
  return packet;
}

}  // namespace

Result<std::optional<RoomEvent>> parse_room_event(std::string_view bytes) {
  auto const packet = decode(bytes);
  if (!packet) return tl::unexpected(packet.error());
  RoomEvent event;
  if (packet->has_peer_join_message()) {
    event.kind = RoomEvent::Kind::joined;
    event.alias = packet->peer_join_message().alias();
    event.address = packet->peer_join_message().address();
  } else if (packet->has_peer_leave_message()) {
    event.kind = RoomEvent::Kind::left;
    event.alias = packet->peer_leave_message().alias();
  } else if (packet->has_peer_update_message()) {
    event.kind = RoomEvent::Kind::update;
    event.alias = packet->peer_update_message().from_alias();
    event.body = packet->peer_update_message().body();
    event.unreliable = packet->peer_update_message().unreliable();
  } else {
    return std::nullopt;
  }
  return event;
}

Result<RoomMember> RoomMember::join(std::string const& url, auth::Identity const& identity,
                                    Deadline deadline) {
  net::WsOptions options;
  options.subprotocols = {"rfc5"};
  auto socket = net::WsClient::connect(url, deadline.left(), options);
  if (!socket) return tl::unexpected(socket.error());
  RoomMember member(std::move(*socket));
  if (auto const proved = member.prove(identity, deadline); !proved)
    return tl::unexpected(proved.error());
  return member;
}

Result<> RoomMember::prove(auth::Identity const& identity, Deadline deadline) {
  auto sent = transmit(wire::ws_identification_packet(identity.owner.text()), deadline);
  if (!sent) return sent;
  auto const asked = receive(deadline).and_then(decode);
  if (!asked) return tl::unexpected(asked.error());
  if (!asked->has_challenge_message())
    return fail(Errc::unexpected_message, "the answer to peer_identification is no challenge");
  auto const chain = auth::sign_challenge(identity, asked->challenge_message().challenge_to_sign());
  if (!chain) return tl::unexpected(chain.error());
  sent = transmit(wire::ws_signed_challenge_packet(auth::to_json(*chain)), deadline);
  if (!sent) return sent;
  auto const answer = receive(deadline).and_then(decode);
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->has_welcome_message() || answer->welcome_message().alias() == 0)
    return fail(Errc::unexpected_message,
                "the answer to signed_challenge_for_server is no welcome");
  alias_ = answer->welcome_message().alias();
  for (auto const& [alias, address] : answer->welcome_message().peer_identities())
    others_[alias] = address;
  return {};
}

Result<> RoomMember::send(std::string_view body, bool unreliable, Deadline deadline) {
  return transmit(wire::splice_update(0, body, unreliable), deadline);
}

Result<RoomEvent> RoomMember::wait_for(RoomEvent::Kind kind, std::uint32_t alias,
                                       Deadline deadline) {
  while (!deadline.passed()) {
    auto event = receive(deadline).and_then(parse_room_event);
    if (!event) return tl::unexpected(event.error());
    if (*event && (*event)->kind == kind && (*event)->alias == alias) return std::move(**event);
  }
  return fail(Errc::idle_timeout, "nothing came in time");
}

Result<std::string> RoomMember::receive(Deadline deadline) {
  auto bytes = socket_.receive(deadline.left());
  if (!bytes) return tl::unexpected(explain(bytes.error(), socket_));
  return bytes;
}

Result<> RoomMember::transmit(std::string_view packet, Deadline deadline) {
  auto sent = socket_.send(packet, deadline.left());
  if (!sent) return tl::unexpected(explain(sent.error(), socket_));
  return {};
}

}  // namespace archipelago::client
