// The direct protocol of /ws and /archipelago/ws (WIRE 4): challenge, proof, heartbeats.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "auth/handshake.hpp"
#include "gateway/session.hpp"
#include "gateway/shard.hpp"
#include "net/websocket.hpp"

namespace archipelago::gateway {

/// One connection. Whoever fails to log in is closed with the reason's code, but is told no more
/// than "Authentication failed" of what concerns its identity; log and metric say why.
class Direct final : public net::Protocol, private SessionClient {
 public:
  /// Both must outlive on_closed().
  Direct(Shard const& shard, net::Connection& connection);

  void on_message(std::string_view bytes) override;
  void on_closed(Errc why) override;

 private:
  enum class Stage : std::uint8_t { start, challenge_sent, proving, done, closing };
  using ClientPacket = decentraland::kernel::comms::v3::ClientPacket;

  void on_challenge_request(ClientPacket const& packet);
  void on_signed_challenge(ClientPacket const& packet);
  void on_proved(Result<Address> const& who);
  void on_player_packet(ClientPacket const& packet);
  void refuse(Error const& error);

  void on_island_changed(std::string_view message) override;
  void on_kicked(Errc why) override;

  Shard const& shard_;
  net::Connection& connection_;
  Stage stage_ = Stage::start;
  std::unique_ptr<auth::Handshake> handshake_;  // until the login
  std::unique_ptr<Session> session_;
};

}  // namespace archipelago::gateway
