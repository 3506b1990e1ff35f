// For tests: what a room sent, readable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::rooms::testing {

/// The player number n: 0x00…0n.
inline Address player(unsigned n) {
  std::string digits = std::to_string(n);
  return *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits);
}

/// One line per packet: "welcome 2 {1:p1}", "join 3 p3", "leave 3", "update 1 hello", "update~ 1
/// hello" (unreliable), "challenge dcl-… +" (already connected), "kicked text". p1 stands for
/// player(1).
inline std::string readable(std::string const& bytes) {
  auto const name = [](std::string const& address) {
    return "p" + address.substr(address.find_first_not_of('0', 2));
  };
  auto const packet =
      wire::decode<decentraland::kernel::comms::rfc5::WsPacket>(bytes, bytes.size());
  if (!packet) return "not a packet";
  if (packet->has_welcome_message()) {
    auto const& welcome = packet->welcome_message();
    std::string text = "welcome " + std::to_string(welcome.alias()) + " {";
    for (unsigned alias = 1; alias < 1000; ++alias)
      if (auto const found = welcome.peer_identities().find(alias);
          found != welcome.peer_identities().end())
        text += (text.back() == '{' ? "" : " ") + std::to_string(alias) + ":" + name(found->second);
    return text + "}";
  }
  if (packet->has_peer_join_message())
    return "join " + std::to_string(packet->peer_join_message().alias()) + " " +
           name(packet->peer_join_message().address());
  if (packet->has_peer_leave_message())
    return "leave " + std::to_string(packet->peer_leave_message().alias());
  if (packet->has_challenge_message())
    return "challenge " + packet->challenge_message().challenge_to_sign().substr(0, 4) +
           (packet->challenge_message().already_connected() ? " +" : "");
  if (packet->has_peer_kicked()) return "kicked " + packet->peer_kicked().reason();
  if (!packet->has_peer_update_message()) return "something else";
  auto const& update = packet->peer_update_message();
  return std::string(update.unreliable() ? "update~ " : "update ") +
         std::to_string(update.from_alias()) + " " + update.body();
}

inline std::vector<std::string> readable(std::vector<std::string> const& packets) {
  std::vector<std::string> texts;
  for (auto const& packet : packets) texts.push_back(readable(packet));
  return texts;
}

}  // namespace archipelago::rooms::testing
