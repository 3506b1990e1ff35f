// ClientPackets out, ServerPackets in (WIRE 4).
#include "client/session.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

constexpr std::size_t kMaxPacket = 256UL * 1024;

class DirectSession final : public Session {
 public:
  using Session::Session;

  void heartbeat(Position const& at, std::optional<std::string> const& wish) override {
    if (stage_ != Stage::done) return;
    v3::ClientPacket packet;
    auto& beat = *packet.mutable_heartbeat();
    beat.mutable_position()->set_x(at.x);
    beat.mutable_position()->set_y(at.y);
    beat.mutable_position()->set_z(at.z);
    if (wish) beat.set_desired_room(*wish);
    send(wire::encode(packet));
  }

 private:
  enum class Stage : std::uint8_t { challenge, welcome, done };

  void greet() override {
    v3::ClientPacket packet;
    packet.mutable_challenge_request()->set_address(identity_.address());
    send(wire::encode(packet));
  }

  Result<> take(std::string_view bytes) override {
    auto const packet = wire::decode<v3::ServerPacket>(bytes, kMaxPacket);
    if (!packet) return tl::unexpected(packet.error());
    if (packet->has_kicked()) return fail(Errc::replaced, "the realm kicked the player");
    switch (stage_) {
      case Stage::challenge:
        return answer(*packet);
      case Stage::welcome:
        return arrive(*packet);
      case Stage::done:
        return note(*packet);
    }
    return {};
  }

  Result<> answer(v3::ServerPacket const& packet) {
    if (!packet.has_challenge_response())
      return fail(Errc::unexpected_message, "the answer to challenge_request is no challenge");
    auto const chain = identity_.sign_challenge(packet.challenge_response().challenge_to_sign());
    if (!chain) return tl::unexpected(chain.error());
    v3::ClientPacket proof;
    proof.mutable_signed_challenge()->set_auth_chain_json(*chain);
    send(wire::encode(proof));
    stage_ = Stage::welcome;
    return {};
  }

  Result<> arrive(v3::ServerPacket const& packet) {
    if (!packet.has_welcome() || packet.welcome().peer_id() != identity_.address())
      return fail(Errc::unexpected_message,
                  "the answer to signed_challenge is not the player's welcome");
    stage_ = Stage::done;
    logged_in();
    listener_.on_login();
    return {};
  }

  Result<> note(v3::ServerPacket const& packet) {
    if (!packet.has_island_changed()) return {};  // G2 tells of others, which nobody needs
    auto const change = parse_island_change(wire::encode(packet.island_changed()));
    if (!change) return tl::unexpected(change.error());
    listener_.on_island(*change);
    return {};
  }

  Stage stage_ = Stage::challenge;
};

}  // namespace

std::shared_ptr<Session> open_direct_session(Network const& network, std::string url,
                                             Identity identity, Millis limit,
                                             SessionListener& listener) {
  auto session = std::make_shared<DirectSession>(std::move(identity), listener);
  net::WebsocketDial dial;
  dial.url = std::move(url);
  dial.subprotocols = {"archipelago"};
  dial.limit = limit;
  dial.max_message_bytes = kMaxPacket;
  session->open(network.outgoing, std::move(dial), session);
  return session;
}

}  // namespace archipelago::client
