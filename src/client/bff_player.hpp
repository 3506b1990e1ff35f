// A player over BFF RPC, doing what the explorer of that time does (WIRE 3.6).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "auth/identity.hpp"
#include "client/player.hpp"
#include "client/rpc_socket.hpp"

namespace archipelago::client {

class BffPlayer final : public BlockingPlayer {
 public:
  /// Logs in, subscribes to the player's own island changes, and asks to be told of a replacement.
  /// Errors: as DirectPlayer::login(); upstream_failed with the text of the server's RemoteError.
  static Result<std::unique_ptr<BlockingPlayer>> login(std::string const& url,
                                                       auth::Identity const& identity,
                                                       Deadline deadline);

  Result<> heartbeat(Position const& at, Deadline deadline) override;
  Result<std::optional<IslandChange>> next_change(Deadline deadline) override;
  Result<std::string> wait_for_kick(Deadline deadline) override;
  void leave() override { socket_->close(); }

 private:
  // What callbacks leave behind; they may come after the player has gone.
  struct Inbox {
    bool asking = false;  ///< for the next element of the stream
    std::deque<std::string> changes;
    std::optional<Error> stream_end;
    bool kicked = false;
  };

  explicit BffPlayer(std::unique_ptr<RpcSocket> socket) : socket_(std::move(socket)) {}
  Result<> prove(auth::Identity const& identity, Deadline deadline);
  Result<> authenticate(auth::Identity const& identity, Deadline deadline);
  Result<> subscribe(std::string const& topic, Deadline deadline);
  Result<rpc::RemoteModule> load(std::string const& module, Deadline deadline);
  void ask_for_change();
  void ask_for_kick();

  std::unique_ptr<RpcSocket> socket_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::optional<rpc::RemotePort> port_;
  std::optional<rpc::RemoteModule> authentication_;
  std::optional<rpc::RemoteModule> comms_;
  std::optional<rpc::RemoteStream> changes_;
};

}  // namespace archipelago::client
