// A player over the direct websocket protocol (WIRE 4).
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "auth/identity.hpp"
#include "client/player.hpp"

namespace archipelago::client {

class DirectPlayer final : public BlockingPlayer {
 public:
  /// Connects and proves to be the identity's owner. Errors: the connection's; unexpected_message
  /// when the server does not follow the protocol; challenge_mismatch when it wants something else
  /// signed than a challenge.
  static Result<std::unique_ptr<BlockingPlayer>> login(std::string const& url,
                                                       auth::Identity const& identity,
                                                       Deadline deadline);

  Result<> heartbeat(Position const& at, Deadline deadline) override;
  Result<std::optional<IslandChange>> next_change(Deadline deadline) override;
  Result<std::string> wait_for_kick(Deadline deadline) override;
  void leave() override { socket_.close(); }

 private:
  explicit DirectPlayer(net::WsClient socket) : socket_(std::move(socket)) {}
  Result<> prove(auth::Identity const& identity, Deadline deadline);

  net::WsClient socket_;
};

}  // namespace archipelago::client
