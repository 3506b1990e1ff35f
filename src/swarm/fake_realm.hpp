// A realm for tests: on fake connections, with one island and one room that can be made to lose,
// double and refuse.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "net/fake_outgoing.hpp"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"
#include "wire/server_packet.hpp"

namespace archipelago::swarm::testing {

namespace v3 = decentraland::kernel::comms::v3;
namespace rfc5 = decentraland::kernel::comms::rfc5;

class FakeRealm {
 public:
  explicit FakeRealm(net::FakeOutgoing& outgoing) : outgoing_(outgoing) {}

  /// Time goes by, in steps of 10 ms; whatever the players do is answered at once.
  void advance(Millis by) {
    for (Millis done{}; done < by; done += Millis{10}) {
      outgoing_.virtual_loop.advance(Millis{10});
      while (answer_all()) outgoing_.virtual_loop.run_posted();
    }
  }

  /// How often a copy of a message reaches somebody.
  std::function<int()> copies = [] { return 1; };
  /// Not empty: logins are refused with these words.
  std::string refusal;
  std::string room = "ws://127.0.0.1:1/rooms/I1";
  std::size_t heartbeats = 0;

 private:
  struct Line {
    std::shared_ptr<net::FakeWebsocket> socket{};
    std::string address{};
    std::uint32_t alias = 0;  // of a member
    bool told = false;        // of its island
    bool over = false;
  };

  bool answer_all() {
    bool busy = outgoing_.virtual_loop.run_posted() > 0;
    while (!outgoing_.fetches.empty()) {
      auto const fetch = std::move(outgoing_.fetches.front());
      outgoing_.fetches.pop_front();
      answer(fetch);
      busy = true;
    }
    for (; lines_.size() < outgoing_.opened.size(); busy = true) {
      lines_.push_back({.socket = outgoing_.opened[lines_.size()]});
      if (!lines_.back().socket->dial.url.empty()) lines_.back().socket->open();
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) busy = serve(i) || busy;
    return busy;
  }

  static void answer(net::FakeOutgoing::Fetch const& fetch) {
    if (fetch.request.url.empty()) return fetch.answer(fail(Errc::upstream_failed, "no URL"));
    net::HttpResponse about;
    about.status = 200;
    about.body = R"({"healthy":true,"acceptingUsers":true,"comms":{"healthy":true,"protocol":"v3",)"
                 R"("adapter":"archipelago:archipelago:ws://127.0.0.1:1/ws"}})";
    fetch.answer(std::move(about));
  }

  bool serve(std::size_t index) {
    auto const socket = lines_[index].socket;
    if (lines_[index].over) return false;
    if (socket->ended()) {
      lines_[index].over = true;
      if (lines_[index].alias > 0) to_others(index, wire::ws_leave_packet(lines_[index].alias));
      return true;
    }
    auto const messages = socket->take();
    for (auto const& message : messages)
      socket->dial.url.ends_with("/ws") ? hear(index, message) : hear_in_room(index, message);
    return !messages.empty();
  }

  void hear(std::size_t index, std::string const& bytes) {
    auto const packet = wire::decode<v3::ClientPacket>(bytes, bytes.size()).value();
    auto& line = lines_[index];
    if (packet.has_challenge_request()) {
      line.address = packet.challenge_request().address();
      if (!refusal.empty()) return line.socket->server_closes(1013, refusal);
      line.socket->say(wire::challenge_response_packet("dcl-test", false));
    } else if (packet.has_signed_challenge()) {
      line.socket->say(wire::welcome_packet(line.address));
    } else if (packet.has_heartbeat()) {
      ++heartbeats;
      if (std::exchange(line.told, true)) return;
      v3::IslandChangedMessage change;
      change.set_island_id("I1");
      change.set_conn_str("ws-room:" + room);
      auto const encoded = wire::encode(change);
      line.socket->say(wire::server_packet(wire::ServerCase::island_changed, encoded));
    }
  }

  void hear_in_room(std::size_t index, std::string const& bytes) {
    auto const packet = wire::decode<rfc5::WsPacket>(bytes, bytes.size()).value();
    auto& line = lines_[index];
    if (packet.has_peer_identification()) {
      line.address = packet.peer_identification().address();
      line.socket->say(wire::ws_challenge_packet("dcl-test", false));
    } else if (packet.has_signed_challenge_for_server()) {
      std::vector<std::pair<std::uint32_t, std::string>> members;
      for (auto const& other : lines_)
        if (other.alias > 0 && !other.over) members.emplace_back(other.alias, other.address);
      line.alias = ++last_alias_;
      line.socket->say(wire::ws_welcome_packet(line.alias, members));
      to_others(index, wire::ws_join_packet(line.alias, line.address));
    } else if (packet.has_peer_update_message()) {
      auto const& update = packet.peer_update_message();
      auto const relayed = wire::splice_update(line.alias, update.body(), update.unreliable());
      to_others(index, relayed, copies);
    }
  }

  void to_others(
      std::size_t index, std::string const& packet,
      std::function<int()> const& times = [] { return 1; }) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i == index || lines_[i].alias == 0 || lines_[i].over) continue;
      for (auto left = times(); left > 0; --left) lines_[i].socket->say(packet);
    }
  }

  net::FakeOutgoing& outgoing_;
  std::vector<Line> lines_;
  std::uint32_t last_alias_ = 0;
};

}  // namespace archipelago::swarm::testing
