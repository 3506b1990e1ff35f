// Hostile packets at every stage of a room's protocol: input is a list of messages, each after a
// byte for its length.
#include <cstdint>
#include <string>
#include <string_view>

#include "rooms/member_protocol.hpp"
#include "rooms/test_hall.hpp"

using archipelago::Millis;
using archipelago::rooms::Options;
using archipelago::rooms::testing::Hall;
using archipelago::rooms::testing::player;

// The first byte says how far the connection is let in by itself: 0 not at all, 1 challenged, 2 a
// member.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  auto const depth = data[0] % 3;
  rest.remove_prefix(1);
  Hall hall(Options{}, 1);
  auto const other = hall.join("a", player(2));
  auto const client = hall.connect("a", player(1));
  if (depth >= 1) client->identify(player(1));
  if (depth >= 2) client->sign();
  hall.run();
  while (!rest.empty()) {
    auto const length = std::size_t{static_cast<unsigned char>(rest.front())};
    rest.remove_prefix(1);
    client->say(std::string(rest.substr(0, length)));
    hall.run();
    rest.remove_prefix(std::min(length, rest.size()));
  }
  client->hang_up();
  hall.advance(Millis{60'000});
  if (other->connection.closed_why || hall.rooms->status().users != 1) __builtin_trap();
  return 0;
}
