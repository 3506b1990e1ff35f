// Aliases, room ids and the table of who sits where.
#include "rooms/presence.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/options.hpp"
#include "rooms/test_packets.hpp"

namespace archipelago::rooms {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::player;

constexpr std::uint64_t kWall = 1'700'000'000'000;
constexpr WallTime kNow{kWall};

std::vector<std::string> endings(std::vector<Outdated> const& seats) {
  std::vector<std::string> all;
  all.reserve(seats.size());
  for (auto const& [seat, at_once] : seats)
    all.push_back(seat.room + (at_once ? " now" : " later"));
  return all;
}

TEST(AliasMaker, CountsFromOneAndStopsBeforeAllOnes) {
  AliasMaker fresh;
  EXPECT_EQ(fresh.next(), 1U);
  EXPECT_EQ(fresh.next(), 2U);
  AliasMaker old(std::numeric_limits<Alias>::max() - 1);
  EXPECT_EQ(old.next(), 0xfffffffeU);
  EXPECT_EQ(old.next(), std::nullopt);
  EXPECT_EQ(old.next(), std::nullopt);
}

TEST(RoomId, IsOneToSixtyFourPlainCharacters) {
  EXPECT_TRUE(is_room_id("I1-kz4.Q_9"));
  EXPECT_TRUE(is_room_id(std::string(64, 'a')));
  EXPECT_FALSE(is_room_id(std::string(65, 'a')));
  for (char const* const bad : {"", "a/b", "a b", "a%20", "é", "a\n"})
    EXPECT_FALSE(is_room_id(bad)) << bad;
}

TEST(Presence, TellsTheOlderMembershipsOfAnAddressOldestFirst) {
  Presence presence;
  EXPECT_THAT(presence.enter(player(1), {"a", 0, 1}).older, IsEmpty());
  EXPECT_THAT(endings(presence.enter(player(1), {"b", 1, 2}).older), ElementsAre("a later"));
  auto const older = presence.enter(player(1), {"c", 0, 3}).older;
  EXPECT_THAT(endings(older), ElementsAre("a now", "b later"));
  EXPECT_EQ(older[1].seat.shard, 1U);
}

TEST(Presence, ASeatElsewhereEndsTheOlderOnesHere) {
  Presence presence;
  presence.enter(player(1), {"a", 0, 1}, kNow);
  presence.enter(player(1), {"b", 0, 2}, kNow);
  presence.enter(player(2), {"c", 0, 3}, kNow);
  EXPECT_THAT(endings(presence.taken_elsewhere(player(1), kWall + 9, false, kNow)),
              ElementsAre("a now", "b later"));
  EXPECT_THAT(presence.taken_elsewhere(player(3), kWall + 9, false, kNow), IsEmpty());
}

TEST(Presence, ASecondSeatElsewhereEndsEveryOneHereAtOnceButTheSameOneHeardTwiceDoesNot) {
  Presence presence;
  presence.enter(player(1), {"a", 0, 1}, kNow);
  presence.taken_elsewhere(player(1), kWall + 8, false, kNow);
  EXPECT_THAT(presence.taken_elsewhere(player(1), kWall + 8, false, kNow), IsEmpty());
  EXPECT_THAT(endings(presence.taken_elsewhere(player(1), kWall + 9, false, kNow)),
              ElementsAre("a now"));
  EXPECT_THAT(presence.taken_elsewhere(player(1), kWall + 10, false, kNow), IsEmpty());
}

TEST(Presence, ANewerSeatHereStaysAndASeatElsewhereIsTheNewestButOne) {
  Presence presence;
  presence.enter(player(1), {"a", 0, 1}, kNow);
  presence.taken_elsewhere(player(1), kWall + 9, false, kNow);
  auto const entered = presence.enter(player(1), {"b", 0, 2}, kNow);
  EXPECT_EQ(entered.number, kWall + 10);
  EXPECT_THAT(endings(entered.older), ElementsAre("a now"));
}

TEST(Presence, OfEqualNumbersOneSideWins) {
  Presence presence;
  auto const number = presence.enter(player(1), {"a", 0, 1}, kNow).number;
  EXPECT_THAT(presence.taken_elsewhere(player(1), number, false, kNow), IsEmpty());
  EXPECT_THAT(endings(presence.taken_elsewhere(player(1), number, true, kNow)),
              ElementsAre("a later"));
}

TEST(Presence, ForgetsWhoLeftEverywhere) {
  Presence presence;
  presence.enter(player(1), {"a", 0, 1});
  presence.enter(player(1), {"b", 0, 2});
  EXPECT_EQ(presence.seats(), 2U);
  presence.leave(player(1), 1);
  presence.leave(player(1), 99);
  EXPECT_EQ(presence.seats(), 1U);
  EXPECT_TRUE(presence.contains(player(1)));
  presence.leave(player(1), 2);
  presence.leave(player(1), 2);
  EXPECT_FALSE(presence.contains(player(1)));
  EXPECT_EQ(presence.seats(), 0U);
  EXPECT_THAT(presence.status().details, IsEmpty());
}

TEST(Presence, StatusCountsTheMembersOfEachRoomByName) {
  Presence presence;
  presence.enter(player(1), {"z", 0, 1});
  presence.enter(player(2), {"a", 1, 2});
  presence.enter(player(3), {"z", 0, 3});
  auto const status = presence.status();
  EXPECT_EQ(status.users, 3U);
  EXPECT_THAT(status.details, ElementsAre(Pair("a", 1U), Pair("z", 2U)));
}

TEST(RoomsStatus, HasTheKnownShape) {
  EXPECT_EQ(
      status_json({3, {{"a", 1}, {"z", 2}}}, {1'700'000'000'000}, "1.0", "abc"),
      R"({"version":"1.0","currentTime":1700000000000,"commitHash":"abc","users":3,"rooms":2,)"
      R"("details":[{"roomName":"a","count":1},{"roomName":"z","count":2}]})");
}

}  // namespace
}  // namespace archipelago::rooms
