// What a realm tells its players, read from bytes that nobody vouches for.
#include "client/player.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "client/room_member.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::client {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

TEST(IslandChange, CarriesIslandConnectionOriginAndPeers) {
  v3::IslandChangedMessage message;
  message.set_island_id("I7");
  message.set_conn_str("offline:offline");
  message.set_from_island_id("I3");
  (*message.mutable_peers())["0xab"].set_x(1);
  auto const change = parse_island_change(wire::encode(message));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->island, "I7");
  EXPECT_EQ(change->connection, "offline:offline");
  EXPECT_EQ(change->from, "I3");
  EXPECT_THAT(change->peers, ::testing::ElementsAre("0xab"));
}

TEST(IslandChange, WithoutIslandOrFromRubbishIsAnError) {
  EXPECT_EQ(parse_island_change("").error().code, Errc::malformed_packet);
  EXPECT_EQ(parse_island_change("\x12\x03").error().code, Errc::malformed_packet);
  EXPECT_EQ(parse_island_change("\x0a\x02\xc3\x28").error().code, Errc::invalid_utf8);
}

TEST(RoomEvent, TellsWhatHappenedToWhom) {
  auto const joined = parse_room_event(wire::ws_join_packet(5, "0xab")).value();
  EXPECT_EQ(joined->kind, RoomEvent::Kind::joined);
  EXPECT_EQ(joined->alias, 5U);
  EXPECT_EQ(joined->address, "0xab");
  auto const left = parse_room_event(wire::ws_leave_packet(5)).value();
  EXPECT_EQ(left->kind, RoomEvent::Kind::left);
  auto const update =
      parse_room_event(wire::splice_update(6, std::string("\0\xff", 2), true)).value();
  EXPECT_EQ(update->kind, RoomEvent::Kind::update);
  EXPECT_EQ(update->alias, 6U);
  EXPECT_EQ(update->body, std::string("\0\xff", 2));
  EXPECT_TRUE(update->unreliable);
}

TEST(RoomEvent, AKickIsAnErrorWithTheRoomsWords) {
  auto const kicked = parse_room_event(wire::ws_kicked_packet("Already connected"));
  EXPECT_EQ(kicked.error().code, Errc::replaced);
  EXPECT_NE(kicked.error().detail.find("Already connected"), std::string::npos);
}

TEST(RoomEvent, PacketsThatMeanNothingToAMemberAreNothing) {
  EXPECT_FALSE(parse_room_event("").value());
  EXPECT_FALSE(parse_room_event(wire::ws_challenge_packet("dcl-x", false)).value());
}

RC_GTEST_PROP(HostileRealm, NoBytesDoMoreThanFail, (std::string const& bytes)) {
  (void)parse_island_change(bytes);
  (void)parse_room_event(bytes);
}

}  // namespace
}  // namespace archipelago::client
