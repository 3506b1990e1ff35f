// A player on its way from one island's room to the next, on one shard and across two; and the
// endpoint itself.
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using testing::Hall;
using ::testing::Pair;
using testing::player;

class HandOver : public ::testing::TestWithParam<bool> {
 protected:
  Hall hall;
  bool const across_shards = GetParam();
  std::string const from = "a";
  std::string const to = across_shards ? hall.rooms_on_two_shards().second : room_beside("a");
  std::string const third = room_beside(to);

  std::string room_beside(std::string const& room) {
    for (int i = 0;; ++i)
      if (auto other = "c" + std::to_string(i) + room;
          hall.rooms->home(other) == hall.rooms->home(room))
        return other;
  }
};

TEST_P(HandOver, TheOldSeatStaysForTheTimeOfTheHandOverAndIsThenKicked) {
  auto const watcher = hall.join(from, player(2));
  auto const old_seat = hall.join(from, player(1));
  watcher->heard();
  auto const new_seat = hall.join(to, player(1));
  EXPECT_EQ(hall.rooms->status().users, 3U);
  hall.advance(Millis{9'999});
  watcher->update("goodbye");
  EXPECT_EQ(old_seat->heard().back(), "update 1 goodbye");
  hall.advance(Millis{1});
  EXPECT_THAT(old_seat->heard(), ElementsAre("kicked Already connected"));
  EXPECT_EQ(old_seat->connection.closed_why, Errc::replaced);
  EXPECT_THAT(watcher->heard(), ElementsAre("leave 2"));
  EXPECT_FALSE(new_seat->connection.closed_why);
  EXPECT_EQ(hall.metrics.value(Metric::room_kicks), 1);
}

TEST_P(HandOver, WhoLeavesTheOldRoomInTimeIsNotKicked) {
  auto const old_seat = hall.join(from, player(1));
  auto const new_seat = hall.join(to, player(1));
  old_seat->hang_up();
  hall.advance(Millis{20'000});
  EXPECT_FALSE(old_seat->connection.closed_why);
  EXPECT_FALSE(new_seat->connection.closed_why);
  EXPECT_EQ(hall.metrics.value(Metric::room_kicks), 0);
  EXPECT_EQ(hall.rooms->status().users, 1U);
}

TEST_P(HandOver, AThirdRoomEndsTheFirstAtOnce) {
  auto const first = hall.join(from, player(1));
  auto const second = hall.join(to, player(1));
  auto const last = hall.join(third, player(1));
  EXPECT_EQ(first->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(second->connection.closed_why);
  hall.advance(Millis{10'000});
  EXPECT_EQ(second->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(last->connection.closed_why);
}

TEST_P(HandOver, ComingBackToTheOldRoomKeepsTheNewestSeatThere) {
  auto const old_seat = hall.join(from, player(1));
  auto const away = hall.join(to, player(1));
  auto const back = hall.join(from, player(1));
  EXPECT_EQ(old_seat->connection.closed_why, Errc::replaced);
  hall.advance(Millis{30'000});
  EXPECT_EQ(away->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(back->connection.closed_why);
  EXPECT_THAT(hall.rooms->status().details, ElementsAre(Pair(from, 1U)));
}

TEST_P(HandOver, WhoSitsInAnotherRoomIsToldSoInTheChallenge) {
  auto const old_seat = hall.join(from, player(1));
  auto const client = hall.connect(to, player(1));
  client->identify(player(1));
  EXPECT_THAT(client->heard(), ElementsAre("challenge dcl- +"));
}

INSTANTIATE_TEST_SUITE_P(Rooms, HandOver, ::testing::Bool(), [](auto const& info) {
  return std::string(info.param ? "AcrossShards" : "OnOneShard");
});

RC_GTEST_PROP(HandOverProperty, AfterAHandOverNobodySitsTwiceAndTheTablesAgree, ()) {
  Hall hall({}, 3);
  std::vector<std::unique_ptr<Client>> clients;
  auto const steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    auto const what = *rc::gen::inRange(0, 6);
    if (what < 4)
      clients.push_back(hall.join("r" + std::to_string(*rc::gen::inRange(0, 5)),
                                  player(*rc::gen::inRange(1U, 5U))));
    else if (what == 4 && !clients.empty())
      clients[*rc::gen::inRange<std::size_t>(0, clients.size())]->hang_up();
    else
      hall.advance(Millis{*rc::gen::inRange(0, 12'000)});
  }
  auto const seats = [&] { return static_cast<std::int64_t>(hall.rooms->status().users); };
  RC_ASSERT(seats() == hall.metrics.value(Metric::room_members));
  hall.advance(Millis{10'000});
  RC_ASSERT(seats() <= 4);
  RC_ASSERT(seats() == hall.metrics.value(Metric::room_members));
  for (auto const& client : clients) client->hang_up();
  RC_ASSERT(seats() == 0);
  RC_ASSERT(hall.metrics.value(Metric::rooms) == 0);
}

TEST(Rooms, AliasesAreNeverUsedTwiceInAnyRoomOrShard) {
  Hall hall;
  auto const [here, there] = hall.rooms_on_two_shards();
  auto const one = hall.join(here, player(1));
  auto const two = hall.join(there, player(2));
  auto const three = hall.join(here, player(3));
  three->hang_up();
  auto const four = hall.join(here, player(4));
  EXPECT_THAT(two->heard().back(), "welcome 2 {}");
  EXPECT_THAT(four->heard().back(), "welcome 4 {1:p1}");
}

TEST(Rooms, IdsOfTheWrongFormAreRefusedBeforeTheUpgrade) {
  Hall hall;
  auto const* const endpoint = hall.router.find_websocket("/rooms/a");
  ASSERT_NE(endpoint, nullptr);
  net::HttpRequest request;
  request.path = "/rooms/a";
  EXPECT_TRUE(endpoint->admit(request));
  for (std::string const& bad :
       {std::string("/rooms/"), std::string("/rooms/a b"), std::string("/rooms/a/b"),
        "/rooms/" + std::string(65, 'a'), std::string("/other")}) {
    request.path = bad;
    EXPECT_EQ(endpoint->admit(request).error().code, Errc::bad_request) << bad;
  }
}

TEST(Rooms, ARoomLivesWhereItsIdSays) {
  Hall hall;
  net::HttpRequest request;
  request.path = "/rooms/a";
  EXPECT_EQ(hall.router.find_websocket("/rooms/a")->home(request), hall.rooms->home("a"));
  EXPECT_GE(hall.router.find_websocket("/rooms/a")->max_message_bytes, 128U * 1024);
}

}  // namespace
}  // namespace archipelago::rooms
