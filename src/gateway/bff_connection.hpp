// The BFF protocol of /rpc and /bff/rpc (WIRE 2, 3): dcl-rpc, a login on a port, then the services.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "auth/handshake.hpp"
#include "gateway/bff_player.hpp"
#include "gateway/shard.hpp"
#include "limits/token_bucket.hpp"
#include "net/websocket.hpp"
#include "rpc/server.hpp"

namespace archipelago::gateway {

/// One connection. A login belongs to the connection and ends with the port on which it was made. A
/// protocol failure while logging in is answered, then the connection closes (DESIGN rule 2).
class BffConnection final : public net::Protocol {
 public:
  /// Port ids, counted over the whole process; any thread.
  using NextPortId = std::function<std::uint32_t()>;
  /// Makes a port's challenge; tests hand in what their transcripts expect.
  using NewChallenge = std::function<std::string()>;

  /// `shard` and `connection` must outlive on_closed(). Without `new_challenge` challenges come
  /// from shard.random.
  BffConnection(Shard const& shard, net::Connection& connection, NextPortId next_port_id,
                NewChallenge new_challenge = {});

  void on_open() override;
  void on_message(std::string_view bytes) override;
  void on_closed(Errc why) override;

 private:
  struct LoginPort {
    rpc::Port& port;
    auth::Handshake handshake;
  };

  void open_port(rpc::Port& port);
  void close_port(std::uint32_t id);
  [[nodiscard]] rpc::Module authentication_service(LoginPort& port);
  void get_challenge(LoginPort& port, rpc::Call& call);
  void authenticate(LoginPort& port, rpc::Call& call);
  void get_disconnection_message(rpc::Call call);
  void on_proved(LoginPort& port, rpc::Call& call, Result<Address> const& who);
  [[nodiscard]] bool admit_login_call(rpc::Call& call);
  [[nodiscard]] Result<> log_in(Address const& who);
  void kicked(Errc why);
  void offer_services(rpc::Port& port);
  void refuse(rpc::Call& call, Error const& error);
  void close(Errc why);

  Shard const& shard_;
  net::Connection& connection_;
  NewChallenge new_challenge_;
  bool closing_ = false;
  limits::TokenBucket frames_;
  limits::TokenBucket login_calls_;
  Timer replaced_;
  Timer login_again_;
  std::map<std::uint32_t, std::unique_ptr<LoginPort>> ports_;
  std::uint32_t login_port_ = 0;  // 0: nobody has logged in
  std::unique_ptr<BffPlayer> player_;
  rpc::Server server_;
};

}  // namespace archipelago::gateway
