// Made-up members as real ones meet them.
#include "rooms/extras.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

namespace rfc4 = decentraland::kernel::comms::rfc4;
using testing::Hall;
using testing::player;

struct World {
  explicit World(ExtrasOptions options, Options rooms = {})
      : hall(std::move(rooms)), extras(*hall.rooms, hall.loops, options, hall.metrics) {}

  /// The real RFC-4 packets among what a member heard.
  static std::vector<rfc4::Packet> packets(std::vector<std::string> const& heard) {
    std::vector<rfc4::Packet> all;
    for (auto const& bytes : heard)
      if (auto const scan = wire::scan_ws_packet(bytes);
          scan && scan->which == wire::WsCase::peer_update)
        all.push_back(*wire::decode<rfc4::Packet>(scan->body(), bytes.size()));
    return all;
  }
  std::int64_t there() { return hall.metrics.value(Metric::simulated_peers); }

  Hall hall;
  Extras extras;
};

TEST(Extras, TakeSeatsWalkAndAnswerWhoComes) {
  World world({.people = 5});
  world.extras.come_to("a");
  world.hall.run();
  EXPECT_EQ(world.there(), 5);
  auto const guest = world.hall.join("a", player(1));
  auto const welcome = guest->connection.take();
  EXPECT_EQ(world.hall.rooms->status().users, 6U);
  world.hall.advance(Millis{1'000});
  auto heard = World::packets(guest->connection.take());
  EXPECT_GE(std::ranges::count_if(heard, [](auto const& p) { return p.has_position(); }), 45);
  rfc4::Packet chat;
  chat.mutable_chat()->set_message("hello");
  guest->update(wire::encode(chat));
  world.hall.advance(Millis{2'000});
  heard = World::packets(guest->connection.take());
  EXPECT_EQ(std::ranges::count_if(
                heard, [](auto const& p) { return p.chat().message() == "You said: hello"; }),
            1);
}

TEST(Extras, TheSameRoomAndSeedAreTheSamePeople) {
  World one({.people = 3, .seed = 9});
  World two({.people = 3, .seed = 9});
  for (auto* const world : {&one, &two}) {
    world->extras.come_to("a");
    world->extras.come_to("b");
    world->extras.come_to("a");
    world->hall.run();
    EXPECT_EQ(world->there(), 6);
  }
  auto const sorted = [](World& world) {
    auto all = world.hall.rooms->players();
    std::ranges::sort(all);
    return all;
  };
  auto const all = sorted(one);
  EXPECT_EQ(all, sorted(two));
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "others in each room";
}

TEST(Extras, LeaveAWhileAfterTheLastPlayer) {
  World world({.people = 5, .patience = Millis{10'000}});
  world.extras.come_to("a");
  world.hall.run();
  auto const guest = world.hall.join("a", player(1));
  world.hall.advance(Millis{60'000});
  EXPECT_EQ(world.there(), 5);
  guest->hang_up();
  world.hall.advance(Millis{9'900});
  EXPECT_EQ(world.there(), 5);
  world.hall.advance(Millis{400});
  EXPECT_EQ(world.there(), 0);
  EXPECT_EQ(world.hall.rooms->status().users, 0U);
  world.extras.come_to("a");
  world.hall.run();
  EXPECT_EQ(world.there(), 5);
}

TEST(Extras, TakeNoMoreThanTheSeatsThereAre) {
  World world({.people = 5}, {.max_members = 3});
  world.extras.come_to("a");
  world.hall.run();
  EXPECT_EQ(world.there(), 3);
}

TEST(Extras, SayNothingToAnEmptyRoom) {
  World world({.people = 5});
  world.extras.come_to("a");
  world.hall.run();
  auto const said = world.hall.metrics.value(Metric::room_packets_out);
  world.hall.advance(Millis{5'000});
  EXPECT_EQ(world.hall.metrics.value(Metric::room_packets_out), said);
}

}  // namespace
}  // namespace archipelago::rooms
