// What a host of rooms says of itself, and when.
#include "rooms/host_status.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using testing::Hall;
using testing::player;

struct HostStatusTest : ::testing::Test {
  Hall hall;
  HostStatus status{*hall.loops[0], hall.bus, *hall.rooms, {.id = "r1", .capacity = 500}};
  std::unique_ptr<bus::Mailbox> mailbox = hall.bus.open(*hall.loops[0], {});
  std::vector<cluster::RoomHostStatus> heard;
  bus::Subscription subscription =
      mailbox->subscribe(bus::subjects::kAnyClusterRooms, [this](bus::Message const& message) {
        EXPECT_EQ(message.subject, "cluster.rooms.r1");
        heard.push_back(*wire::decode<cluster::RoomHostStatus>(message.payload, 1'024));
      });
};

TEST_F(HostStatusTest, IsToldAtOnceAndThenEverySecond) {
  hall.advance(Millis{5'000});
  EXPECT_TRUE(heard.empty()) << "the address is not known yet";
  status.start("wss://r1.example.org");
  hall.advance(Millis{0});
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].host(), "r1");
  EXPECT_EQ(heard[0].url(), "wss://r1.example.org");
  EXPECT_EQ(heard[0].capacity(), 500U);
  EXPECT_EQ(heard[0].members(), 0U);
  EXPECT_FALSE(heard[0].draining());
  auto const one = hall.join("a", player(1));
  auto const other = hall.join("b", player(2));
  hall.advance(Millis{3'000});
  ASSERT_EQ(heard.size(), 4U);
  EXPECT_EQ(heard[3].members(), 2U);
}

TEST_F(HostStatusTest, ThatItDrainsIsToldAtOnceAndFromThenOn) {
  status.start("ws://h");
  hall.advance(Millis{300});
  status.drain([] {});
  hall.advance(Millis{0});
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_TRUE(heard[1].draining());
  hall.advance(Millis{1'000});
  ASSERT_EQ(heard.size(), 3U);
  EXPECT_TRUE(heard[2].draining());
}

TEST_F(HostStatusTest, ADrainingHostIsEmptyOnceTheLastSeatWasLeft) {
  status.start("ws://h");
  auto const client = hall.join("a", player(1));
  int times = 0;
  status.drain([&] { ++times; });
  hall.advance(Millis{10'000});
  EXPECT_EQ(times, 0);
  client->hang_up();
  hall.advance(Millis{200});
  EXPECT_EQ(times, 1);
  hall.advance(Millis{10'000});
  EXPECT_EQ(times, 1);
}

TEST_F(HostStatusTest, WhoeverEndsItEndsItsWords) {
  {
    HostStatus short_lived(*hall.loops[0], hall.bus, *hall.rooms, {.id = "r1"});
    short_lived.start("ws://h");
    short_lived.drain([] { FAIL(); });
  }
  hall.advance(Millis{10'000});
  EXPECT_EQ(heard.size(), 2U);
}

}  // namespace
}  // namespace archipelago::rooms
