// The handshake's steps, and the gate that a member's packets pass.
#include "rooms/member_protocol.hpp"

#include <utility>

#include "base/log.hpp"
#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::rooms {

namespace {

namespace rfc4 = decentraland::kernel::comms::rfc4;
namespace rfc5 = decentraland::kernel::comms::rfc5;

}  // namespace

MemberProtocol::MemberProtocol(std::string room, std::optional<std::string> token,
                               net::Connection& connection, ShardRooms& rooms, Doorkeeper door)
    : room_(std::move(room)),
      token_(std::move(token)),
      connection_(connection),
      rooms_(rooms),
      door_(door),
      handshake_(door.verifier, connection.loop(), door.random),
      packets_(rooms.shared().options.packets, connection.loop().now()),
      bytes_(rooms.shared().options.bytes, connection.loop().now()),
      patience_(rooms.shared().options.packets, connection.loop().now()) {}

void MemberProtocol::on_message(std::string_view bytes) {
  if (stage_ == Stage::closed || (seat_ && seat_->lost())) return;
  auto& metrics = rooms_.shared().metrics;
  metrics.add(Metric::room_packets_in);
  metrics.add(Metric::room_bytes_in, std::ssize(bytes));
  if (auto const done = step(bytes); !done) refuse(done.error());
}

void MemberProtocol::on_closed(Errc /*why*/) {
  stage_ = Stage::closed;
  seat_.reset();
}

Result<> MemberProtocol::step(std::string_view bytes) {
  switch (stage_) {
    case Stage::identification:
      return identify(bytes);
    case Stage::signature:
      return take_signature(bytes);
    case Stage::proof:
      return fail(Errc::unexpected_message, "a packet before the welcome");
    case Stage::member:
      return relay(bytes);
    case Stage::closed:
      break;
  }
  return {};
}

Result<> MemberProtocol::identify(std::string_view bytes) {
  auto const packet = wire::decode<rfc5::WsPacket>(bytes, bytes.size());
  if (!packet) return tl::unexpected(packet.error());
  if (!packet->has_peer_identification())
    return fail(Errc::unexpected_message, "not a peer_identification");
  auto const challenge = handshake_.claim(packet->peer_identification().address());
  if (!challenge) return tl::unexpected(challenge.error());
  Address const address = *handshake_.claimed();
  auto welcome = check_access(address)
                     .and_then([&] { return rooms_.check_login(room_, address, issued()); })
                     .and_then([&] { return rooms_.check_space(room_, address); });
  if (!welcome) return welcome;
  bool const already_connected = rooms_.shared().presence.contains(address);
  connection_.send(share(wire::ws_challenge_packet(*challenge, already_connected)));
  stage_ = Stage::signature;
  return {};
}

Result<> MemberProtocol::check_access(Address const& address) const {
  auto const& options = rooms_.shared().options;
  if (options.is_open(room_)) return {};
  auto const epoch =
      door_.key.verify(token_.value_or(""), room_, address, connection_.loop().wall_now());
  if (!epoch) return tl::unexpected(epoch.error());
  if (door_.fence != nullptr && !door_.fence->admits(*epoch))
    return fail(Errc::not_assigned, "of a core that leads no more");
  return {};
}

WallTime MemberProtocol::issued() const {
  if (rooms_.shared().options.is_open(room_)) return {};
  return auth::RoomKey::expires(token_.value_or("")) + -rooms_.shared().options.token_lifetime;
}

Result<> MemberProtocol::take_signature(std::string_view bytes) {
  auto packet = wire::decode<rfc5::WsPacket>(bytes, bytes.size());
  if (!packet) return tl::unexpected(packet.error());
  if (!packet->has_signed_challenge_for_server())
    return fail(Errc::unexpected_message, "not a signed_challenge_for_server");
  stage_ = Stage::proof;
  handshake_.prove(
      std::move(*packet->mutable_signed_challenge_for_server()->mutable_auth_chain_json()),
      [this](Result<Address> const& player) { proved(player); });
  return {};
}

void MemberProtocol::proved(Result<Address> const& player) {
  if (stage_ != Stage::proof) return;
  auto seat = player.and_then([this](Address const& address) {
    return rooms_.check_login(room_, address, issued()).and_then([&] {
      return rooms_.enter(room_, address, connection_);
    });
  });
  if (!seat) return refuse(seat.error());
  seat_ = std::move(*seat);
  // Once seated, so that whoever is banned meanwhile is seen here or by Rooms::evict().
  if (door_.verifier.bars(*player)) return refuse({Errc::banned, player->str()});
  stage_ = Stage::member;
  connection_.logged_in();
}

Result<> MemberProtocol::relay(std::string_view bytes) {
  auto const packet = wire::scan_ws_packet(bytes);
  if (!packet) return tl::unexpected(packet.error());
  if (!within_rate(bytes.size())) return drop_excess(packet->unreliable);
  if (packet->which == wire::WsCase::peer_update) {
    if (chats_too_soon(packet->body()))
      drop();
    else
      seat_->relay(packet->body(), packet->unreliable);
  } else {
    rooms_.shared().metrics.add(Metric::room_packets_ignored);
    rooms_.shared().metrics.reject(Errc::unexpected_message);
  }
  return {};
}

bool MemberProtocol::within_rate(std::size_t bytes) {
  auto const now = connection_.loop().now();
  return packets_.take(now) && bytes_.take(now, bytes);
}

bool MemberProtocol::chats_too_soon(std::string_view body) {
  auto const interval = rooms_.shared().options.chat_interval;
  if (interval == Millis{0}) return false;
  auto const packet = wire::decode<rfc4::Packet>(body, body.size());
  if (!packet || !packet->has_chat()) return false;
  auto const now = connection_.loop().now();
  if (chatted_ && now - *chatted_ < interval) return true;
  chatted_ = now;
  return false;
}

void MemberProtocol::drop() {
  rooms_.shared().metrics.reject(Errc::rate_limited);
  rooms_.shared().metrics.add(Metric::room_packets_dropped_rate);
}

Result<> MemberProtocol::drop_excess(bool unreliable) {
  if (!unreliable || !patience_.take(connection_.loop().now()))
    return fail(Errc::rate_limited,
                unreliable ? "does not slow down" : "too many reliable packets");
  drop();
  return {};
}

void MemberProtocol::refuse(Error const& error) {
  stage_ = Stage::closed;
  log::debug("rooms", "refused",
             {{"room", room_},
              {"remote", connection_.remote()},
              {"reason", reason(error.code).label},
              {"detail", error.detail}});
  if (error.code == Errc::room_full) {
    rooms_.shared().metrics.add(Metric::room_kicks);
    connection_.send(share(wire::ws_kicked_packet(kFullText)));
  }
  connection_.close(error.code);
  seat_.reset();
}

}  // namespace archipelago::rooms
