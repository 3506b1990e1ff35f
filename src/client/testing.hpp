// What the client's tests share: a network without sockets, and servers that say what the test
// wants.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "archipelago/client/player.hpp"
#include "base/random.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "net/fake_outgoing.hpp"
#include "wire/packet.hpp"
#include "wire/server_packet.hpp"

namespace archipelago::client::testing {

namespace v3 = decentraland::kernel::comms::v3;

inline constexpr std::string_view kRealm = "http://realm.test/";
inline constexpr std::string_view kDirectAbout =
    R"({"healthy":true,"comms":{"protocol":"v3","adapter":"archipelago:archipelago:ws://realm.test/ws"}})";

struct FakeNetwork {
  net::FakeOutgoing outgoing;
  SeededRandom random{1};

  [[nodiscard]] Network network() { return {outgoing.virtual_loop, random, outgoing}; }
  VirtualLoop& loop() { return outgoing.virtual_loop; }
  void settle() { loop().run_posted(); }
  Identity guest() { return Identity::guest(random, loop().wall_now()); }

  /// Answers the oldest question for /about.
  void about(std::string_view body = kDirectAbout, int status = 200) {
    settle();
    if (outgoing.fetches.empty()) return;
    auto const fetch = std::move(outgoing.fetches.front());
    outgoing.fetches.pop_front();
    net::HttpResponse response;
    response.status = status;
    response.body = body;
    fetch.answer(std::move(response));
    settle();
  }
  net::FakeWebsocket& socket() { return *outgoing.opened.back(); }

  /// The newest websocket's server lets `address` in by the direct protocol.
  void let_in(std::string const& address) {
    socket().open();
    socket().say(wire::challenge_response_packet("dcl-abc", false));
    socket().say(wire::welcome_packet(address));
    settle();
  }
  void put_on_island(std::string const& island, std::string const& connection) {
    v3::ServerPacket packet;
    packet.mutable_island_changed()->set_island_id(island);
    packet.mutable_island_changed()->set_conn_str(connection);
    socket().say(wire::encode(packet));
    settle();
  }
  /// The heartbeats sent since the last call.
  std::vector<v3::Heartbeat> heartbeats() {
    std::vector<v3::Heartbeat> out;
    for (auto const& bytes : socket().take())
      if (auto const packet = wire::decode<v3::ClientPacket>(bytes, bytes.size());
          packet && packet->has_heartbeat())
        out.push_back(packet->heartbeat());
    return out;
  }
};

}  // namespace archipelago::client::testing
