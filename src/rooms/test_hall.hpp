// For tests: the rooms of a few shards, reached as the network reaches them, and clients to enter
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archipelago/cluster.pb.h"
#include "auth/fake_login_verifier.hpp"
#include "base/log.hpp"
#include "base/virtual_loop.hpp"
#include "bus/in_process.hpp"
#include "bus/subjects.hpp"
#include "net/fake_connection.hpp"
#include "rooms/rooms.hpp"
#include "rooms/test_packets.hpp"

namespace archipelago::rooms::testing {

class Client {
 public:
  Client(net::WebsocketEndpoint const& endpoint, net::HttpRequest const& request,
         std::vector<Loop*> const& loops)
      : shard(endpoint.home(request)), connection(*loops[shard]) {
    protocol = endpoint.open(request, connection, shard);
    protocol->on_open();
  }

  void say(std::string const& packet) { protocol->on_message(packet); }
  void identify(Address const& address) { say(wire::ws_identification_packet(address.text())); }
  void sign() { say(wire::ws_signed_challenge_packet("[]")); }
  void update(std::string_view body, bool unreliable = false) {
    say(wire::splice_update(0, body, unreliable));
  }
  void hang_up() { protocol->on_closed(Errc::peer_gone); }
  std::vector<std::string> heard() { return readable(connection.take()); }

  std::size_t shard;
  net::FakeConnection connection;
  std::shared_ptr<net::Protocol> protocol;
};

class Hall {
 public:
  explicit Hall(Options options = {}, std::size_t shards = 2,
                WallTime start = {1'700'000'000'000}) {
    log::set_level(log::Level::error);
    for (std::size_t i = 0; i < shards; ++i) loops.push_back(&virtual_loops_.emplace_back(start));
    fence = std::make_unique<Fence>(bus, *loops[0], metrics);
    rooms = std::make_unique<Rooms>(loops, Doorkeeper{verifier, random_, key, fence.get()},
                                    std::move(options), metrics);
    rooms->register_endpoint(router);
    std::vector<bus::Mailbox*> boxes;
    for (auto* const loop : loops)
      boxes.push_back(mailboxes_.emplace_back(bus.open(*loop, {})).get());
    rooms->follow_logins(boxes);
  }

  /// As the gateway tells it.
  void logged_in(Address const& address) { publish(bus::subjects::peer_connect(address)); }
  void logged_out(Address const& address) { publish(bus::subjects::peer_disconnect(address)); }

  /// As a core tells it that leads.
  void core_leads(std::uint64_t epoch) {
    cluster::CoreStatus status;
    status.set_core("c");
    status.set_epoch(epoch);
    publish(bus::subjects::kClusterCore, wire::encode(status));
  }

  /// A connection to the room, with the token of the room and player unless another is given.
  std::unique_ptr<Client> connect(std::string const& room, Address const& address,
                                  std::optional<std::string> const& token = std::nullopt) {
    net::HttpRequest request;
    request.path = "/rooms/" + room;
    request.query = "access_token=" + token.value_or(this->token(room, address));
    return std::make_unique<Client>(*router.find_websocket(request.path), request, loops);
  }

  std::unique_ptr<Client> join(std::string const& room, Address const& address) {
    auto client = connect(room, address);
    client->identify(address);
    client->sign();
    run();
    return client;
  }

  std::string token(std::string const& room, Address const& address,
                    Millis lifetime = Millis{60'000}, std::uint64_t epoch = 0) {
    return key.issue(room, address, loops[0]->wall_now() + lifetime, epoch);
  }

  /// Whatever the shards have posted, to one another too.
  void run() {
    for (bool busy = true; busy;) {
      busy = false;
      for (auto& loop : virtual_loops_) busy = loop.run_posted() != 0 || busy;
    }
  }
  void advance(Millis by) {
    for (auto& loop : virtual_loops_) loop.advance(by);
    run();
  }

  /// Two room ids that live on different shards.
  [[nodiscard]] std::pair<std::string, std::string> rooms_on_two_shards() const {
    for (int i = 0;; ++i)
      if (auto other = "b" + std::to_string(i); rooms->home(other) != rooms->home("a"))
        return {"a", other};
  }

 private:
  void publish(std::string_view subject, std::string const& payload = {}) {
    bus.publish(subject, payload);
    run();
  }

  std::deque<VirtualLoop> virtual_loops_;
  SeededRandom random_{1};

 public:
  std::vector<Loop*> loops;
  auth::FakeLoginVerifier verifier;
  auth::RoomKey key{"0123456789abcdef0123456789abcdef"};
  Metrics metrics;
  bus::InProcessBus bus{metrics};

 private:
  std::vector<std::unique_ptr<bus::Mailbox>> mailboxes_;

 public:
  std::unique_ptr<Fence> fence;
  std::unique_ptr<Rooms> rooms;
  net::Router router;
};

}  // namespace archipelago::rooms::testing
