// Port, modules, challenge, subscription, heartbeats: dcl-rpc as explorers speak it (WIRE 3.6).
#include <utility>

#include "client/session.hpp"
#include "decentraland/bff/authentication_service.pb.h"
#include "decentraland/bff/topics_service.pb.h"
#include "rpc/client.hpp"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace bff = decentraland::bff;

constexpr std::size_t kMaxAnswer = 256UL * 1024;
constexpr int kMaxUnanswered = 8;  // heartbeats; more wait for nobody

class BffSession final : public Session {
 public:
  BffSession(Identity identity, SessionListener& listener)
      : Session(std::move(identity), listener),
        rpc_([this](std::string frame) { send(std::move(frame)); },
             {.under_way = 64, .procedures = 64, .name_bytes = 128}) {}

 private:
  /// A callback of the rpc client that goes on with the answer, or ends the session.
  template <class T, class Next>
  auto expecting(Next next) {
    return [this, next = std::move(next)](Result<T> answer) {
      if (!active()) return;  // also while *this goes
      auto done = answer.and_then([&](T& value) { return next(value); });
      if (!done) give_up(explained(std::move(done.error())));
    };
  }
  template <class M, class Next>
  auto expecting_message(Next next) {
    return expecting<std::string>([next = std::move(next)](std::string const& bytes) {
      return wire::decode<M>(bytes, kMaxAnswer).and_then(next);
    });
  }

  // A RemoteError's text may be a reason's.
  static Error explained(Error error) {
    auto const meant = ending_of_close(0, error.detail);
    if (error.code == Errc::upstream_failed && meant.code != Errc::peer_gone)
      error.code = meant.code;
    return error;
  }

 public:
  void heartbeat(Position const& at, std::optional<std::string> const& wish) override {
    if (!comms_ || !changes_ || unanswered_ >= kMaxUnanswered) return;
    bff::PublishToTopicRequest request;
    request.set_topic("heartbeat");
    request.set_payload(encode_heartbeat(at, wish));
    ++unanswered_;
    comms_->call("PublishToTopic", wire::encode(request),
                 expecting<std::string>([this](std::string const&) -> Result<> {
                   --unanswered_;
                   return {};
                 }));
  }

 private:
  void greet() override {
    rpc_.create_port("archipelago", expecting<rpc::RemotePort>([this](rpc::RemotePort port) {
                       port_ = std::move(port);
                       load("BffAuthenticationService", [this](rpc::RemoteModule module) {
                         authentication_ = std::move(module);
                         return ask_for_challenge();
                       });
                       return Result<>();
                     }));
  }

  Result<> take(std::string_view bytes) override { return rpc_.receive(bytes); }
  void ended(Ending const& why) override {
    rpc_.closed();
    Session::ended(why);
  }

  template <class Next>
  void load(std::string module, Next next) {
    port_->load(std::move(module), expecting<rpc::RemoteModule>(std::move(next)));
  }

  Result<> ask_for_challenge() {
    bff::GetChallengeRequest claim;
    claim.set_address(identity_.address());
    authentication_->call("GetChallenge", wire::encode(claim),
                          expecting_message<bff::GetChallengeResponse>(
                              [this](auto const& asked) { return answer(asked); }));
    return {};
  }

  Result<> answer(bff::GetChallengeResponse const& asked) {
    auto const chain = identity_.sign_challenge(asked.challenge_to_sign());
    if (!chain) return tl::unexpected(chain.error());
    bff::SignedChallenge proof;
    proof.set_auth_chain_json(*chain);
    authentication_->call("Authenticate", wire::encode(proof),
                          expecting_message<bff::WelcomePeerInformation>(
                              [this](auto const& welcome) { return arrive(welcome); }));
    return {};
  }

  Result<> arrive(bff::WelcomePeerInformation const& welcome) {
    if (welcome.peer_id() != identity_.address())
      return fail(Errc::unexpected_message, "the welcome is for another player");
    authentication_->call("GetDisconnectionMessage", {},
                          [this](Result<std::string> const& kicked) {  // no answer is no news
                            if (active() && kicked)
                              give_up({Errc::replaced, "the realm kicked the player"});
                          });
    load("CommsService", [this](rpc::RemoteModule module) {
      comms_ = std::move(module);
      return subscribe();
    });
    return {};
  }

  Result<> subscribe() {
    bff::SubscriptionRequest request;
    request.set_topic(identity_.address() + ".island_changed");
    comms_->call("SubscribeToSystemMessages", wire::encode(request),
                 expecting<std::string>([this](std::string subscription) -> Result<> {
                   changes_ = comms_->stream("GetSystemMessages", std::move(subscription));
                   ask_for_change();
                   logged_in();
                   listener_.on_login();
                   return {};
                 }));
    return {};
  }

  void ask_for_change() {
    changes_->next(
        expecting<std::optional<std::string>>([this](std::optional<std::string> const& element) {
          return element ? hear(*element)
                         : fail(Errc::upstream_failed, "the stream of island changes ended");
        }));
  }

  Result<> hear(std::string const& bytes) {
    auto const element = wire::decode<bff::SystemTopicSubscriptionResultElem>(bytes, kMaxAnswer);
    if (!element) return tl::unexpected(element.error());
    auto const change = parse_island_change(element->payload());
    if (!change) return tl::unexpected(change.error());
    listener_.on_island(*change);
    if (active()) ask_for_change();
    return {};
  }

  int unanswered_ = 0;
  std::optional<rpc::RemotePort> port_;
  std::optional<rpc::RemoteModule> authentication_;
  std::optional<rpc::RemoteModule> comms_;
  std::optional<rpc::RemoteStream> changes_;
  rpc::Client rpc_;  // last: its end answers what is under way
};

}  // namespace

std::shared_ptr<Session> open_bff_session(Network const& network, std::string url,
                                          Identity identity, Millis limit,
                                          SessionListener& listener) {
  auto session = std::make_shared<BffSession>(std::move(identity), listener);
  net::WebsocketDial dial;
  dial.url = std::move(url);
  dial.subprotocols = {"bff"};
  dial.limit = limit;
  dial.max_message_bytes = kMaxAnswer;
  session->open(network.outgoing, std::move(dial), session);
  return session;
}

}  // namespace archipelago::client
