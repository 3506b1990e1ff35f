// Port, modules, challenge, subscription, heartbeats.
#include "client/bff_player.hpp"

#include <utility>

#include "decentraland/bff/authentication_service.pb.h"
#include "decentraland/bff/comms_director_service.pb.h"
#include "decentraland/bff/topics_service.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace bff = decentraland::bff;

constexpr std::size_t kMaxAnswer = 1024UL * 1024;

}  // namespace

Result<std::unique_ptr<BlockingPlayer>> BffPlayer::login(std::string const& url,
                                                         auth::Identity const& identity,
                                                         Deadline deadline) {
  auto socket = RpcSocket::connect(url, deadline);
  if (!socket) return tl::unexpected(socket.error());
  auto player = std::unique_ptr<BffPlayer>(new BffPlayer(std::move(*socket)));
  if (auto const proved = player->prove(identity, deadline); !proved)
    return tl::unexpected(proved.error());
  return player;
}

Result<> BffPlayer::prove(auth::Identity const& identity, Deadline deadline) {
  auto port = socket_->await<rpc::RemotePort>(
      [this](auto done) { socket_->rpc().create_port("check", std::move(done)); }, deadline);
  if (!port) return tl::unexpected(port.error());
  port_ = *port;
  if (auto done = authenticate(identity, deadline); !done) return done;
  ask_for_kick();
  return subscribe(identity.owner.str() + ".island_changed", deadline);
}

Result<> BffPlayer::authenticate(auth::Identity const& identity, Deadline deadline) {
  auto module = load("BffAuthenticationService", deadline);
  if (!module) return tl::unexpected(module.error());
  authentication_ = std::move(*module);
  bff::GetChallengeRequest claim;
  claim.set_address(identity.owner.str());
  auto const challenge =
      socket_->call(*authentication_, "GetChallenge", wire::encode(claim), deadline)
          .and_then([](std::string const& bytes) {
            return wire::decode<bff::GetChallengeResponse>(bytes, kMaxAnswer);
          });
  if (!challenge) return tl::unexpected(challenge.error());
  auto const chain = auth::sign_challenge(identity, challenge->challenge_to_sign());
  if (!chain) return tl::unexpected(chain.error());
  bff::SignedChallenge proof;
  proof.set_auth_chain_json(auth::to_json(*chain));
  auto const welcome =
      socket_->call(*authentication_, "Authenticate", wire::encode(proof), deadline)
          .and_then([](std::string const& bytes) {
            return wire::decode<bff::WelcomePeerInformation>(bytes, kMaxAnswer);
          });
  if (!welcome) return tl::unexpected(welcome.error());
  if (welcome->peer_id() != identity.owner.text())
    return fail(Errc::unexpected_message, "the welcome is for another player");
  return {};
}

Result<> BffPlayer::subscribe(std::string const& topic, Deadline deadline) {
  auto module = load("CommsService", deadline);
  if (!module) return tl::unexpected(module.error());
  comms_ = std::move(*module);
  bff::SubscriptionRequest request;
  request.set_topic(topic);
  auto const subscription =
      socket_->call(*comms_, "SubscribeToSystemMessages", wire::encode(request), deadline);
  if (!subscription) return tl::unexpected(subscription.error());
  changes_ = comms_->stream("GetSystemMessages", *subscription);
  ask_for_change();
  return {};
}

Result<rpc::RemoteModule> BffPlayer::load(std::string const& module, Deadline deadline) {
  return socket_->await<rpc::RemoteModule>([&](auto done) { port_->load(module, std::move(done)); },
                                           deadline);
}

void BffPlayer::ask_for_change() {
  inbox_->asking = true;
  changes_->next([inbox = inbox_](Result<std::optional<std::string>> element) {
    inbox->asking = false;
    if (!element)
      inbox->stream_end = element.error();
    else if (!*element)
      inbox->stream_end = Error{Errc::upstream_failed, "the stream of island changes ended"};
    else
      inbox->changes.push_back(std::move(**element));
  });
}

void BffPlayer::ask_for_kick() {
  authentication_->call("GetDisconnectionMessage", {},
                        [inbox = inbox_](Result<std::string> const& answer) {
                          if (answer) inbox->kicked = true;
                        });
}

Result<> BffPlayer::heartbeat(Position const& at, Deadline deadline) {
  bff::Heartbeat beat;
  beat.mutable_position()->set_x(at.x);
  beat.mutable_position()->set_y(at.y);
  beat.mutable_position()->set_z(at.z);
  bff::PublishToTopicRequest request;
  request.set_topic("heartbeat");
  request.set_payload(wire::encode(beat));
  auto const done = socket_->call(*comms_, "PublishToTopic", wire::encode(request), deadline);
  if (!done) return tl::unexpected(done.error());
  return {};
}

Result<std::optional<IslandChange>> BffPlayer::next_change(Deadline deadline) {
  while (inbox_->changes.empty()) {
    if (inbox_->stream_end) return tl::unexpected(*inbox_->stream_end);
    if (!inbox_->asking) ask_for_change();
    auto const pumped = socket_->pump(deadline);
    if (!pumped && pumped.error().code == Errc::idle_timeout) return std::nullopt;
    if (!pumped) return tl::unexpected(pumped.error());
    if (deadline.passed() && inbox_->changes.empty()) return std::nullopt;
  }
  auto const element =
      wire::decode<bff::SystemTopicSubscriptionResultElem>(inbox_->changes.front(), kMaxAnswer);
  inbox_->changes.pop_front();
  if (!element) return tl::unexpected(element.error());
  return parse_island_change(element->payload());
}

Result<std::string> BffPlayer::wait_for_kick(Deadline deadline) {
  while (!inbox_->kicked) {
    auto const pumped = socket_->pump(deadline);
    if (!pumped && socket_->closed()) return pumped.error().detail;
    if (!pumped) return tl::unexpected(pumped.error());
  }
  return "GetDisconnectionMessage was answered";
}

}  // namespace archipelago::client
