// How much a member may say, and what becomes of the rest.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using testing::Hall;
using testing::player;

TEST(RoomRate, ABurstOfTwoThousandSmallPacketsAndSeveralProfilesPass) {
  Hall hall;
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  for (int i = 0; i < 2000; ++i) one->update(std::string(40, 'x'));
  for (int i = 0; i < 3; ++i) one->update(std::string(128UL * 1024, 'p'));
  EXPECT_EQ(two->heard().size(), 2003U);
  EXPECT_FALSE(one->connection.closed_why);
}

Options slow() {
  Options options;
  options.packets = {.per_second = 10, .burst = 20};
  return options;
}

TEST(RoomRate, UnreliableExcessIsDroppedAndCountedAndTheSenderMaySlowDown) {
  Hall hall(slow());
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  for (int i = 0; i < 25; ++i) one->update("x", true);
  EXPECT_EQ(two->heard().size(), 20U);
  EXPECT_EQ(hall.metrics.rejected(Errc::rate_limited), 5);
  hall.advance(Millis{1000});
  for (int i = 0; i < 10; ++i) one->update("x", true);
  EXPECT_EQ(two->heard().size(), 10U);
  EXPECT_FALSE(one->connection.closed_why);
}

TEST(RoomRate, ASenderThatDoesNotSlowDownIsClosed) {
  Hall hall(slow());
  auto const one = hall.join("a", player(1));
  for (int i = 0; i < 41; ++i) one->update("x", true);
  EXPECT_EQ(one->connection.closed_why, Errc::rate_limited);
}

TEST(RoomRate, AReliablePacketInExcessClosesRatherThanGetsLost) {
  Hall hall(slow());
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  for (int i = 0; i < 21; ++i) one->update("x", false);
  EXPECT_EQ(one->connection.closed_why, Errc::rate_limited);
  auto const heard = two->heard();
  EXPECT_EQ(heard.size(), 21U);
  EXPECT_EQ(heard.back(), "leave 1");
}

TEST(RoomRate, BytesAreLimitedToo) {
  Options options;
  options.bytes = {.per_second = 1000, .burst = 1000};
  Hall hall(options);
  auto const one = hall.join("a", player(1));
  one->update(std::string(900, 'x'), true);
  one->update(std::string(900, 'x'), true);
  EXPECT_EQ(hall.metrics.rejected(Errc::rate_limited), 1);
}

std::string chat(std::string const& text) {
  decentraland::kernel::comms::rfc4::Packet packet;
  packet.mutable_chat()->set_message(text);
  return packet.SerializeAsString();
}

std::string profile_version() {
  decentraland::kernel::comms::rfc4::Packet packet;
  packet.mutable_profile_version()->set_profile_version(7);
  return packet.SerializeAsString();
}

TEST(RoomRate, SlowModeDropsChatThatComesTooSoonAndNothingElse) {
  Options options;
  options.chat_interval = Millis{2'000};
  Hall hall(options);
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  one->update(chat("first"));
  hall.advance(Millis{1'999});
  one->update(chat("too soon"));
  one->update(profile_version());
  one->update("no packet of theirs");
  hall.advance(Millis{1});
  one->update(chat("in time"));
  EXPECT_THAT(two->heard(), ::testing::ElementsAre(
                                "update 1 " + chat("first"), "update 1 " + profile_version(),
                                "update 1 no packet of theirs", "update 1 " + chat("in time")));
  EXPECT_EQ(hall.metrics.rejected(Errc::rate_limited), 1);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_dropped_rate), 1);
  EXPECT_FALSE(one->connection.closed_why);
}

}  // namespace
}  // namespace archipelago::rooms
