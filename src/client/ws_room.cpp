// A member of an RFC-5 room: the handshake, then who is there and what they say.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/address.hpp"
#include "client/speaker.hpp"
#include "client/transports.hpp"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "net/outgoing.hpp"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::client {
namespace {

namespace rfc5 = decentraland::kernel::comms::rfc5;

constexpr std::size_t kMaxBody = 128UL * 1024;
constexpr std::size_t kMaxPacket = 256UL * 1024;
constexpr std::size_t kMaxPeers = 4'096;
constexpr std::string_view kFull = "This world is full";  // how the known servers begin it (WIRE 7)

/// Who sits under which alias.
class Peers {
 public:
  /// True when the address was not there.
  bool add(std::uint32_t alias, Address const& address) {
    auto const at = position(alias);
    if (at != peers_.end() && at->first == alias) return false;
    bool const first = !contains(address);
    peers_.insert(at, {alias, address});
    return first;
  }
  /// The address, when its last alias has gone.
  std::optional<Address> remove(std::uint32_t alias) {
    auto const at = position(alias);
    if (at == peers_.end() || at->first != alias) return std::nullopt;
    auto const address = at->second;
    peers_.erase(at);
    return contains(address) ? std::nullopt : std::optional(address);
  }
  [[nodiscard]] Address const* find(std::uint32_t alias) {
    auto const at = position(alias);
    return at != peers_.end() && at->first == alias ? &at->second : nullptr;
  }
  [[nodiscard]] bool full() const { return peers_.size() >= kMaxPeers; }

 private:
  using Peer = std::pair<std::uint32_t, Address>;

  std::vector<Peer>::iterator position(std::uint32_t alias) {
    return std::ranges::lower_bound(peers_, alias, {}, &Peer::first);
  }
  [[nodiscard]] bool contains(Address const& address) const {
    return std::ranges::find(peers_, address, &Peer::second) != peers_.end();
  }

  std::vector<Peer> peers_;  // by alias; a hundred of them, mostly read
};

class Member final : public Speaker {
 public:
  explicit Member(Identity identity) : identity_(std::move(identity)) {}

  void listen(TransportListener& listener) { listener_ = &listener; }
  bool say(std::string_view body, Delivery delivery) {
    if (!active() || stage_ != Stage::member || body.size() > kMaxBody) return false;
    bool const unreliable = delivery == Delivery::unreliable;
    return send(wire::splice_update(0, body, unreliable),
                unreliable ? net::Delivery::unreliable : net::Delivery::reliable);
  }

 private:
  enum class Stage : std::uint8_t { challenge, welcome, member };

  void greet() override { send(wire::ws_identification_packet(identity_.address())); }
  void ended(Ending const& why) override { listener_->on_closed(why); }

  Result<> take(std::string_view bytes) override {
    auto const scan = wire::scan_ws_packet(bytes);
    if (!scan) return tl::unexpected(scan.error());
    if (stage_ == Stage::member && scan->which == wire::WsCase::peer_update) {
      hear(*scan);
      return {};
    }
    auto const packet = wire::decode<rfc5::WsPacket>(bytes, kMaxPacket);
    if (!packet) return tl::unexpected(packet.error());
    if (packet->has_peer_kicked()) return kicked(packet->peer_kicked().reason());
    switch (stage_) {
      case Stage::challenge:
        return answer(*packet);
      case Stage::welcome:
        return arrive(*packet);
      case Stage::member:
        return note(*packet);
    }
    return {};
  }

  static Result<> kicked(std::string const& words) {
    return fail(words.starts_with(kFull) ? Errc::room_full : Errc::replaced, words);
  }

  Result<> answer(rfc5::WsPacket const& packet) {
    if (!packet.has_challenge_message())
      return fail(Errc::unexpected_message, "the answer to peer_identification is no challenge");
    auto const chain = identity_.sign_challenge(packet.challenge_message().challenge_to_sign());
    if (!chain) return tl::unexpected(chain.error());
    send(wire::ws_signed_challenge_packet(*chain));
    stage_ = Stage::welcome;
    return {};
  }

  Result<> arrive(rfc5::WsPacket const& packet) {
    if (!packet.has_welcome_message())
      return fail(Errc::unexpected_message,
                  "the answer to signed_challenge_for_server is no welcome");
    stage_ = Stage::member;
    logged_in();
    listener_->on_open();
    for (auto const& [alias, address] : packet.welcome_message().peer_identities())
      if (auto const joined = join(alias, address); !joined) return joined;
    return {};
  }

  Result<> note(rfc5::WsPacket const& packet) {
    if (packet.has_peer_join_message())
      return join(packet.peer_join_message().alias(), packet.peer_join_message().address());
    if (packet.has_peer_leave_message())
      if (auto const gone = peers_.remove(packet.peer_leave_message().alias()))
        listener_->on_peer_left(gone->text());
    return {};  // other packets mean nothing to a member
  }

  Result<> join(std::uint32_t alias, std::string_view text) {
    auto const address = Address::parse(text);
    if (!active() || !address || address->text() == identity_.address()) return {};
    if (peers_.full()) return fail(Errc::unexpected_message, "more members than any room has");
    if (peers_.add(alias, *address)) listener_->on_peer_joined(address->text());
    return {};
  }

  void hear(wire::WsScan const& scan) {
    auto const* const known = peers_.find(scan.from_alias);
    if (known == nullptr) return;
    auto const from = *known;  // the listener may make us leave
    listener_->on_message(
        {.from = from.text(),
         .body = scan.body(),
         .delivery = scan.unreliable ? Delivery::unreliable : Delivery::reliable});
  }

  Identity identity_;
  TransportListener* listener_ = nullptr;
  Stage stage_ = Stage::challenge;
  Peers peers_;
};

class WsRoom final : public Transport {
 public:
  WsRoom(net::Outgoing& outgoing, TransportOrder order)
      : outgoing_(outgoing),
        dial_{.url = std::move(order.url),
              .subprotocols = {"rfc5"},
              .limit = order.limit,
              .max_message_bytes = kMaxPacket},
        member_(std::make_shared<Member>(std::move(order.identity))) {}
  WsRoom(WsRoom const&) = delete;
  WsRoom& operator=(WsRoom const&) = delete;
  ~WsRoom() override { member_->leave(); }

  void connect(TransportListener& listener) override {
    member_->listen(listener);
    member_->open(outgoing_, std::move(dial_), member_);
  }
  bool send(std::string_view body, Delivery delivery) override {
    return member_->say(body, delivery);
  }
  void leave() override { member_->leave(); }

 private:
  net::Outgoing& outgoing_;
  net::WebsocketDial dial_;
  std::shared_ptr<Member> const member_;
};

}  // namespace

Result<std::unique_ptr<Transport>> make_ws_room(Network const& network, TransportOrder order) {
  return std::make_unique<WsRoom>(network.outgoing, std::move(order));
}

}  // namespace archipelago::client
