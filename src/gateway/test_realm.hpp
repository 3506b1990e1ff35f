// A realm for the gateway's tests: shards on one virtual loop, a bus that is overheard, and players
// who speak both protocols over fake connections.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "auth/fake_login_verifier.hpp"
#include "base/virtual_loop.hpp"
#include "bus/in_process.hpp"
#include "bus/subjects.hpp"
#include "decentraland/bff/authentication_service.pb.h"
#include "decentraland/bff/comms_director_service.pb.h"
#include "decentraland/bff/comms_service.pb.h"
#include "decentraland/bff/topics_service.pb.h"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "gateway/bff_connection.hpp"
#include "gateway/direct.hpp"
#include "net/fake_connection.hpp"
#include "net/http.hpp"
#include "wire/packet.hpp"
#include "wire/rpc_frame.hpp"

namespace archipelago::gateway::testing {

namespace bff = decentraland::bff;
namespace v3 = decentraland::kernel::comms::v3;

/// 0x and `digit` forty times over: players of tests need no keys.
inline Address player(char digit) {
  return *Address::parse("0x" + std::string(40, digit));
}

class TestRealm {
 public:
  explicit TestRealm(Options given = {}) : options(std::move(given)) {
    ear_ = listener_->subscribe(">", [this](bus::Message const& m) { heard_.push_back(m); });
  }

  /// Runs all that was posted.
  void settle() { loop.run_posted(); }
  void advance(Millis by) {
    loop.advance(by);
    settle();
  }

  /// What was published since the last call.
  std::vector<bus::Message> heard() {
    settle();
    return std::exchange(heard_, {});
  }
  std::vector<std::string> subjects() {
    std::vector<std::string> all;
    for (auto& message : heard()) all.push_back(std::move(message.subject));
    return all;
  }

  void publish(std::string_view subject, std::string_view payload) {
    bus.publish(subject, payload);
    settle();
  }
  /// As the islands do at a flush.
  void assign(Address const& who, std::string const& island, std::string const& conn_str) {
    v3::IslandChangedMessage message;
    message.set_island_id(island);
    message.set_conn_str(conn_str);
    publish(bus::subjects::island_changed(who), wire::encode(message));
    publish(bus::subjects::client_island_changed(who), wire::encode(message));
  }

  [[nodiscard]] std::int64_t rejected(Errc why) const { return metrics.rejected(why); }

  Options const options;
  Metrics metrics;
  VirtualLoop loop;
  bus::InProcessBus bus{metrics};
  std::unique_ptr<bus::Mailbox> mailbox = bus.open(loop, {.messages = 1'000});
  auth::FakeLoginVerifier verifier;
  SeededRandom random{7};
  Directory directory{bus, metrics, options.max_users, options.logins,
                      [this](Address const& who) { return verifier.bars(who); }};
  Shard shard{options, directory, bus, *mailbox, verifier, random, metrics};
  std::uint32_t last_port = 0;

 private:
  std::unique_ptr<bus::Mailbox> listener_ = bus.open(loop, {.messages = 100'000});
  std::vector<bus::Message> heard_;
  bus::Subscription ear_;
};

inline v3::Heartbeat heartbeat_at(float x, float z) {
  v3::Heartbeat beat;
  beat.mutable_position()->set_x(x);
  beat.mutable_position()->set_z(z);
  return beat;
}

/// A player on /ws.
class DirectPlayer {
 public:
  explicit DirectPlayer(TestRealm& realm)
      : connection(realm.loop),
        realm_(realm),
        protocol_(std::make_shared<Direct>(realm.shard, connection)) {}
  /// At a gateway on the realm's bus.
  DirectPlayer(TestRealm& realm, net::Router const& gateway)
      : connection(realm.loop),
        realm_(realm),
        protocol_(gateway.find_websocket("/ws")->open({}, connection, 0)) {}
  ~DirectPlayer() { drop(); }
  DirectPlayer(DirectPlayer const&) = delete;
  DirectPlayer& operator=(DirectPlayer const&) = delete;

  void send_bytes(std::string const& bytes) {
    protocol_->on_message(bytes);
    realm_.settle();
  }
  void send_raw(std::string_view bytes) { protocol_->on_message(bytes); }
  void send(v3::ClientPacket const& packet) { send_bytes(wire::encode(packet)); }
  void claim(std::string const& address) {
    v3::ClientPacket packet;
    packet.mutable_challenge_request()->set_address(address);
    send(packet);
  }
  void prove(std::string const& chain = "[]") {
    v3::ClientPacket packet;
    packet.mutable_signed_challenge()->set_auth_chain_json(chain);
    send(packet);
  }
  void beat(v3::Heartbeat const& beat) {
    v3::ClientPacket packet;
    *packet.mutable_heartbeat() = beat;
    send(packet);
  }
  bool log_in(Address const& who) {
    claim(who.str());
    prove();
    return connection.is_logged_in && !connection.closed_why;
  }
  /// The connection is gone, whoever ended it.
  void drop() {
    if (std::exchange(gone_, true)) return;
    protocol_->on_closed(connection.closed_why.value_or(Errc::peer_gone));
    realm_.settle();
  }
  /// The packets received since the last call.
  std::vector<v3::ServerPacket> take() {
    std::vector<v3::ServerPacket> packets;
    for (auto const& bytes : connection.take())
      packets.push_back(wire::decode<v3::ServerPacket>(bytes, 1'000'000).value());
    return packets;
  }

  net::FakeConnection connection;

 private:
  TestRealm& realm_;
  std::shared_ptr<net::Protocol> protocol_;
  bool gone_ = false;
};

/// A player on /rpc: a client of dcl-rpc just good enough.
class RpcPlayer {
 public:
  explicit RpcPlayer(TestRealm& realm)
      : connection(realm.loop),
        realm_(realm),
        protocol_(std::make_shared<BffConnection>(realm.shard, connection,
                                                  [&realm] { return ++realm.last_port; })) {
    protocol_->on_open();
  }
  /// At a gateway on the realm's bus.
  RpcPlayer(TestRealm& realm, net::Router const& gateway)
      : connection(realm.loop),
        realm_(realm),
        protocol_(gateway.find_websocket("/rpc")->open({}, connection, 0)) {
    protocol_->on_open();
  }
  ~RpcPlayer() { drop(); }
  RpcPlayer(RpcPlayer const&) = delete;
  RpcPlayer& operator=(RpcPlayer const&) = delete;

  void send_bytes(std::string const& frame) {
    protocol_->on_message(frame);
    realm_.settle();
    receive();
  }
  void send_raw(std::string_view frame) { protocol_->on_message(frame); }
  void send(std::uint32_t number, wire::RpcBody const& body) {
    send_bytes(wire::encode_rpc(number, body));
  }

  std::uint32_t create_port() {
    auto const number = ++last_number_;
    send(number, wire::RpcCreatePort{"kernel"});
    auto const* const made = answer<wire::RpcCreatePortResponse>(number);
    return made == nullptr ? 0 : port = made->port_id;
  }
  void load(std::string const& module) {
    auto const number = ++last_number_;
    send(number, wire::RpcRequestModule{port, module});
    if (auto const* const made = answer<wire::RpcRequestModuleResponse>(number))
      for (auto const& procedure : made->procedures)
        procedures_[{port, procedure.procedure_name}] = procedure.procedure_id;
  }
  /// The number of the request.
  std::uint32_t call(std::string const& procedure, google::protobuf::MessageLite const& request) {
    return call_bytes(procedure, wire::encode(request));
  }
  std::uint32_t call_bytes(std::string const& procedure, std::string const& payload = {}) {
    auto const number = ++last_number_;
    send(number, wire::RpcRequest{port, procedures_[{port, procedure}], 0, payload});
    return number;
  }
  void ack(std::uint32_t number, std::uint32_t sequence) {
    send(number, wire::RpcStreamAck{port, sequence, {}, false, true});
  }
  void close_stream(std::uint32_t number, std::uint32_t sequence) {
    send(number, wire::RpcStreamMessage{port, sequence, {}, true, false});
  }

  /// The last frame of that number, if it is a Body.
  template <class Body>
  Body const* answer(std::uint32_t number) {
    receive();
    auto const found = frames_.find(number);
    return found == frames_.end() ? nullptr : std::get_if<Body>(&found->second.back());
  }
  /// "" when there is none.
  std::string error(std::uint32_t number) {
    auto const* const found = answer<wire::RpcRemoteError>(number);
    return found == nullptr ? std::string() : found->error_message;
  }
  template <class Message>
  Message reply(std::uint32_t number) {
    auto const* const found = answer<wire::RpcResponse>(number);
    return found == nullptr ? Message{} : wire::decode<Message>(found->payload, 1'000'000).value();
  }
  bool answered(std::uint32_t number) { return answer<wire::RpcResponse>(number) != nullptr; }

  /// Acknowledges all that comes on a stream; its elements' payloads.
  std::vector<std::string> read(std::uint32_t number) {
    std::vector<std::string> elements;
    for (auto const* last = answer<wire::RpcStreamMessage>(number);
         last != nullptr && !last->closed;) {
      auto const sequence = last->sequence_id;
      if (sequence > read_[number]) elements.push_back(last->payload);
      read_[number] = sequence;
      if (acked_[number] == sequence + 1) break;
      acked_[number] = sequence + 1;
      ack(number, sequence);
      last = answer<wire::RpcStreamMessage>(number);
    }
    return elements;
  }
  bool stream_closed(std::uint32_t number) {
    auto const* const last = answer<wire::RpcStreamMessage>(number);
    return last != nullptr && last->closed;
  }

  std::uint32_t get_challenge(std::string const& address) {
    create_port();
    load("BffAuthenticationService");
    bff::GetChallengeRequest request;
    request.set_address(address);
    return call("GetChallenge", request);
  }
  std::uint32_t authenticate(std::string const& chain = "[]") {
    bff::SignedChallenge request;
    request.set_auth_chain_json(chain);
    return call("Authenticate", request);
  }
  bool log_in(Address const& who) {
    get_challenge(who.str());
    auto const number = authenticate();
    if (!answered(number)) return false;
    for (auto const* const module : {"CommsService", "TopicsService", "CommsDirectorService"})
      load(module);
    return true;
  }
  std::uint32_t subscribe(std::string const& procedure, std::string const& topic) {
    bff::SubscriptionRequest request;
    request.set_topic(topic);
    return call(procedure, request);
  }
  std::uint32_t publish(std::string const& topic, std::string const& payload) {
    bff::PublishToTopicRequest request;
    request.set_topic(topic);
    request.set_payload(payload);
    return call("PublishToTopic", request);
  }
  bool published(std::string const& topic, std::string const& payload) {
    return reply<bff::PublishToTopicResult>(publish(topic, payload)).ok();
  }
  std::uint32_t get(std::string const& procedure, std::uint32_t id) {
    bff::Subscription request;
    request.set_subscription_id(id);
    return call(procedure, request);
  }
  void drop() {
    if (std::exchange(gone_, true)) return;
    protocol_->on_closed(connection.closed_why.value_or(Errc::peer_gone));
    realm_.settle();
  }

  net::FakeConnection connection;
  std::uint32_t port = 0;

 private:
  void receive() {
    for (auto const& bytes : connection.take()) {
      auto frame = wire::decode_rpc(bytes).value();
      frames_[frame.number].push_back(std::move(frame.body));
    }
  }

  TestRealm& realm_;
  std::shared_ptr<net::Protocol> protocol_;
  bool gone_ = false;
  std::uint32_t last_number_ = 0;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> procedures_;
  std::map<std::uint32_t, std::deque<wire::RpcBody>> frames_;
  std::map<std::uint32_t, std::uint32_t> read_;
  std::map<std::uint32_t, std::uint32_t> acked_;
};

}  // namespace archipelago::gateway::testing
