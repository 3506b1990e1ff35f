#include "gateway/direct.hpp"

#include <utility>

#include "gateway/login.hpp"
#include "wire/packet.hpp"
#include "wire/server_packet.hpp"

namespace archipelago::gateway {
namespace {

constexpr std::string_view kProtocol = "direct";

}  // namespace

Direct::Direct(Shard const& shard, net::Connection& connection)
    : shard_(shard),
      connection_(connection),
      handshake_(
          std::make_unique<auth::Handshake>(shard.verifier, connection.loop(), shard.random)) {}

void Direct::on_message(std::string_view bytes) {
  if (stage_ == Stage::closing) return;
  auto const packet = wire::decode<ClientPacket>(bytes, shard_.options.direct_message_bytes);
  if (!packet) {
    stage_ = Stage::closing;
    return connection_.close(packet.error().code, "Cannot decode ClientPacket");
  }
  if (stage_ == Stage::done) return on_player_packet(*packet);
  if (stage_ == Stage::start && packet->has_challenge_request())
    return on_challenge_request(*packet);
  if (stage_ == Stage::challenge_sent && packet->has_signed_challenge())
    return on_signed_challenge(*packet);
  refuse({Errc::unexpected_message, {}});
}

void Direct::on_challenge_request(ClientPacket const& packet) {
  auto const challenge =
      claim(shard_, *handshake_, packet.challenge_request().address(), connection_.loop().now());
  if (!challenge) return refuse(challenge.error());
  stage_ = Stage::challenge_sent;
  connection_.send(
      share(wire::challenge_response_packet(challenge->text, challenge->already_connected)));
}

void Direct::on_signed_challenge(ClientPacket const& packet) {
  stage_ = Stage::proving;
  handshake_->prove(packet.signed_challenge().auth_chain_json(),
                    [this](Result<Address> const& who) { on_proved(who); });
}

void Direct::on_proved(Result<Address> const& who) {
  if (stage_ != Stage::proving) return;
  if (!who) return refuse(who.error());
  auto session = Session::begin(shard_, connection_, *who, *this, kProtocol);
  if (!session) return refuse(session.error());
  session_ = *std::move(session);
  stage_ = Stage::done;
  handshake_.reset();
  connection_.send(share(wire::welcome_packet(who->text())));
}

/// After the login only heartbeats mean anything; the rest is ignored and counted (WIRE 4.2).
void Direct::on_player_packet(ClientPacket const& packet) {
  if (packet.has_heartbeat()) {
    auto const& beat = packet.heartbeat();
    (void)session_->heartbeat(beat, wire::encode(beat), Dialect::direct);
  } else if (session_->admit_control()) {
    shard_.metrics.reject(Errc::unexpected_message);
  }
}

void Direct::refuse(Error const& error) {
  if (stage_ == Stage::proving && error.code == Errc::banned)
    connection_.send(share(wire::kicked_packet()));  // WIRE 4.2
  stage_ = Stage::closing;
  refuse_login(connection_, error, kProtocol);
}

void Direct::on_closed(Errc /*why*/) {
  stage_ = Stage::closing;
  session_.reset();
}

void Direct::on_island_changed(std::string_view message) {
  if (stage_ == Stage::closing) return;
  connection_.send(share(wire::server_packet(wire::ServerCase::island_changed, message)));
}

void Direct::on_kicked(Errc why) {
  if (stage_ == Stage::closing) return;
  stage_ = Stage::closing;
  connection_.send(share(wire::kicked_packet()));
  connection_.close(why);
}

}  // namespace archipelago::gateway
