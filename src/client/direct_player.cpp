// ClientPackets out, ServerPackets in.
#include "client/direct_player.hpp"

#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

constexpr std::size_t kMaxPacket = 1024UL * 1024;

Result<> send(net::WsClient& socket, v3::ClientPacket const& packet, Deadline deadline) {
  auto sent = socket.send(wire::encode(packet), deadline.left());
  if (!sent) return tl::unexpected(explain(sent.error(), socket));
  return {};
}

Result<v3::ServerPacket> receive(net::WsClient& socket, Deadline deadline) {
  auto const bytes = socket.receive(deadline.left());
  if (!bytes) return tl::unexpected(explain(bytes.error(), socket));
  return wire::decode<v3::ServerPacket>(*bytes, kMaxPacket);
}

}  // namespace

Result<std::unique_ptr<BlockingPlayer>> DirectPlayer::login(std::string const& url,
                                                            auth::Identity const& identity,
                                                            Deadline deadline) {
  net::WsOptions options;
  options.subprotocols = {"archipelago"};
  auto socket = net::WsClient::connect(url, deadline.left(), options);
  if (!socket) return tl::unexpected(socket.error());
  auto player = std::unique_ptr<DirectPlayer>(new DirectPlayer(std::move(*socket)));
  if (auto const proved = player->prove(identity, deadline); !proved)
    return tl::unexpected(proved.error());
  return player;
}

Result<> DirectPlayer::prove(auth::Identity const& identity, Deadline deadline) {
  v3::ClientPacket packet;
  packet.mutable_challenge_request()->set_address(identity.owner.str());
  if (auto const sent = send(socket_, packet, deadline); !sent) return sent;
  auto const challenge = receive(socket_, deadline);
  if (!challenge) return tl::unexpected(challenge.error());
  if (!challenge->has_challenge_response())
    return fail(Errc::unexpected_message, "the answer to challenge_request is no challenge");
  auto const chain =
      auth::sign_challenge(identity, challenge->challenge_response().challenge_to_sign());
  if (!chain) return tl::unexpected(chain.error());
  packet.mutable_signed_challenge()->set_auth_chain_json(auth::to_json(*chain));
  if (auto const sent = send(socket_, packet, deadline); !sent) return sent;
  auto const welcome = receive(socket_, deadline);
  if (!welcome) return tl::unexpected(welcome.error());
  if (!welcome->has_welcome() || welcome->welcome().peer_id() != identity.owner.text())
    return fail(Errc::unexpected_message,
                "the answer to signed_challenge is not the player's welcome");
  return {};
}

Result<> DirectPlayer::heartbeat(Position const& at, Deadline deadline) {
  v3::ClientPacket packet;
  auto& position = *packet.mutable_heartbeat()->mutable_position();
  position.set_x(at.x);
  position.set_y(at.y);
  position.set_z(at.z);
  return send(socket_, packet, deadline);
}

Result<std::optional<IslandChange>> DirectPlayer::next_change(Deadline deadline) {
  while (!deadline.passed()) {
    auto const packet = receive(socket_, deadline);
    if (!packet && packet.error().code == Errc::idle_timeout) break;
    if (!packet) return tl::unexpected(packet.error());
    if (packet->has_island_changed())
      return parse_island_change(wire::encode(packet->island_changed()));
    if (packet->has_kicked()) return fail(Errc::replaced, "the realm kicked the player");
  }
  return std::nullopt;
}

Result<std::string> DirectPlayer::wait_for_kick(Deadline deadline) {
  while (!deadline.passed()) {
    auto const packet = receive(socket_, deadline);
    if (packet && packet->has_kicked()) return "a kicked packet";
    if (!packet && socket_.closed()) return packet.error().detail;
    if (!packet) return tl::unexpected(packet.error());
  }
  return fail(Errc::idle_timeout, "neither a kicked packet nor a close");
}

}  // namespace archipelago::client
