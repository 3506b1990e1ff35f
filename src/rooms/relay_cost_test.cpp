// What a room may cost: memory for each packet, packets for each newcomer.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"
#include "support/allocations.hpp"

namespace archipelago::rooms {
namespace {

using archipelago::testing::allocations_of;
using testing::Client;
using testing::Hall;
using testing::player;

std::vector<std::unique_ptr<Client>> fill(Hall& hall, unsigned members) {
  std::vector<std::unique_ptr<Client>> clients;
  for (unsigned i = 1; i <= members; ++i) clients.push_back(hall.join("a", player(i)));
  return clients;
}

TEST(RelayCost, APacketAsksForNoMemoryFromTheSocketToTheBatch) {
  Hall hall;
  auto const clients = fill(hall, 100);
  auto const packet = wire::splice_update(0, std::string(60, 'x'), true);
  clients[0]->heard();
  auto const talk = [&] {
    for (auto const& client : clients) client->protocol->on_message(packet);
  };
  talk();  // as much as a window will ever hold here
  hall.advance(Millis{20});
  clients[0]->protocol->on_message(packet);  // begins a window: its timer is the window's
  EXPECT_EQ(allocations_of(talk), 0U);
  hall.advance(Millis{20});
  EXPECT_EQ(clients[0]->heard().size(), 2U * 99);
}

TEST(RelayCost, ANewcomerToARoomOf100CostsOneWelcomeAndASmallPacketForEachMember) {
  Hall hall;
  auto const clients = fill(hall, 100);
  auto const packets = hall.metrics.value(Metric::room_packets_out);
  auto const bytes = hall.metrics.value(Metric::room_bytes_out);
  auto const newcomer = hall.connect("a", player(101));
  newcomer->identify(player(101));
  newcomer->sign();
  hall.run();
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_out) - packets, 1 + 100);
  EXPECT_LE(hall.metrics.value(Metric::room_bytes_out) - bytes, 100 * 50 + 100 * 50 + 10);
  hall.advance(Millis{60'000});
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_out) - packets, 1 + 100);
}

}  // namespace
}  // namespace archipelago::rooms
