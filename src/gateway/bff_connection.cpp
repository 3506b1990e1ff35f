#include "gateway/bff_connection.hpp"

#include <utility>

#include "base/log.hpp"
#include "decentraland/bff/authentication_service.pb.h"
#include "gateway/bff_request.hpp"
#include "gateway/bff_services.hpp"
#include "gateway/login.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

namespace bff = decentraland::bff;

std::string welcome(Address const& who) {
  bff::WelcomePeerInformation answer;
  answer.set_peer_id(who.str());
  // CommsDirectorService is offered too; clients of this list know these two (WIRE 3.1).
  answer.add_available_modules("CommsService");
  answer.add_available_modules("TopicsService");
  return wire::encode(answer);
}

}  // namespace

BffConnection::BffConnection(Shard const& shard, net::Connection& connection,
                             NextPortId next_port_id, NewChallenge new_challenge)
    : shard_(shard),
      connection_(connection),
      new_challenge_(new_challenge ? std::move(new_challenge)
                                   : [&shard] { return auth::new_challenge(shard.random); }),
      frames_(shard.options.frames_before_login, connection.loop().now()),
      login_calls_(shard.options.login_calls, connection.loop().now()),
      replaced_(connection.loop()),
      login_again_(connection.loop()),
      server_(
          {.send = [&connection](std::string frame) { connection.send(share(std::move(frame))); },
           .open_port = [this](rpc::Port& port) { open_port(port); },
           .next_port_id = std::move(next_port_id)},
          rpc::Limits{}) {}

void BffConnection::on_open() {
  server_.start();
}

void BffConnection::on_message(std::string_view bytes) {
  if (closing_) return;
  if (!frames_.take(connection_.loop().now())) return close(Errc::rate_limited);
  if (auto const received = server_.receive(bytes); !received && !closing_)
    close(received.error().code);
}

void BffConnection::on_closed(Errc /*why*/) {
  closing_ = true;
  replaced_.cancel();
  login_again_.cancel();
  server_.closed();
  ports_.clear();
  player_.reset();
}

void BffConnection::open_port(rpc::Port& port) {
  auto const id = port.id();
  auto login_port = std::unique_ptr<LoginPort>(
      new LoginPort{port, {shard_.verifier, connection_.loop(), new_challenge_()}});
  port.offer(authentication_service(*login_port));
  port.on_close([this, id] { close_port(id); });
  ports_[id] = std::move(login_port);
}

void BffConnection::close_port(std::uint32_t id) {
  ports_.erase(id);
  if (id != login_port_) return;
  login_port_ = 0;
  player_.reset();
  frames_ = limits::TokenBucket(shard_.options.frames_before_login, connection_.loop().now());
  if (!closing_)
    login_again_.start(shard_.options.login_again, [this] { close(Errc::handshake_timeout); });
}

rpc::Module BffConnection::authentication_service(LoginPort& port) {
  return {.name = "BffAuthenticationService",
          .procedures = {
              {"GetChallenge", [this, &port](rpc::Call call) { get_challenge(port, call); }},
              {"Authenticate", [this, &port](rpc::Call call) { authenticate(port, call); }},
              {"GetDisconnectionMessage",
               [this](rpc::Call call) { get_disconnection_message(std::move(call)); }},
          }};
}

/// Ports are cheap and each may prove, so the number of proofs is bounded per connection.
bool BffConnection::admit_login_call(rpc::Call& call) {
  if (login_calls_.take(connection_.loop().now())) return true;
  refuse(call, {Errc::rate_limited, {}});
  return false;
}

void BffConnection::get_challenge(LoginPort& port, rpc::Call& call) {
  if (!admit_login_call(call)) return;
  auto const request = decode_request<bff::GetChallengeRequest>(shard_, call);
  if (!request) return;
  auto const challenge =
      claim(shard_, port.handshake, request->address(), connection_.loop().now());
  if (!challenge) return refuse(call, challenge.error());
  bff::GetChallengeResponse answer;
  answer.set_challenge_to_sign(challenge->text);
  answer.set_already_connected(challenge->already_connected);
  call.reply(wire::encode(answer));
}

void BffConnection::authenticate(LoginPort& port, rpc::Call& call) {
  if (!admit_login_call(call)) return;
  auto request = decode_request<bff::SignedChallenge>(shard_, call);
  if (!request) return;
  port.handshake.prove(
      std::move(*request->mutable_auth_chain_json()),
      [this, &port, call](Result<Address> const& who) mutable { on_proved(port, call, who); });
}

void BffConnection::on_proved(LoginPort& port, rpc::Call& call, Result<Address> const& who) {
  if (closing_) return;
  if (!who) return refuse(call, who.error());
  if (auto const done = log_in(*who); !done) return refuse(call, done.error());
  login_port_ = port.port.id();
  offer_services(port.port);
  call.reply(welcome(*who));
}

/// The last login on a connection wins; one of the same player renews what is there (WIRE 3.1).
Result<> BffConnection::log_in(Address const& who) {
  if (player_ && player_->session().current() && player_->session().address() == who)
    return player_->session().renew();
  auto player = BffPlayer::begin(shard_, connection_, who, [this](Errc why) { kicked(why); });
  if (!player) return tl::unexpected(player.error());
  replaced_.cancel();
  login_again_.cancel();
  frames_ = limits::TokenBucket(shard_.options.frames, connection_.loop().now());
  player_ = *std::move(player);
  return {};
}

/// The known server lets a replaced client linger (WIRE 3.4); a banned one has no grace.
void BffConnection::kicked(Errc why) {
  if (why == Errc::banned) return close(why);
  replaced_.start(shard_.options.replaced_grace, [this, why] { close(why); });
}

void BffConnection::offer_services(rpc::Port& port) {
  auto const player = [this] { return player_.get(); };
  port.offer(comms_service(shard_, player));
  port.offer(topics_service(shard_, player));
  port.offer(comms_director_service(shard_, player));
}

void BffConnection::get_disconnection_message(rpc::Call call) {
  if (!player_) return call.fail("no peer found");
  if (!call.payload().empty()) return call.fail("GetDisconnectionMessage takes no arguments");
  player_->await_kick(std::move(call));
}

void BffConnection::refuse(rpc::Call& call, Error const& error) {
  closing_ = true;
  call.fail(public_text(error.code));
  refuse_login(connection_, error, "bff");
}

void BffConnection::close(Errc why) {
  closing_ = true;
  connection_.close(why);
}

}  // namespace archipelago::gateway
