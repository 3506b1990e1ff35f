// Moving from island to island without losing or doubling a word.
#include "archipelago/client/player.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "client/testing.hpp"

namespace archipelago::client {
namespace {

using ::testing::ElementsAre;
using testing::FakeNetwork;
using ::testing::IsEmpty;
using testing::kRealm;

/// A room whose server is the test.
struct FakeRoom {
  std::string url;
  TransportListener* listener = nullptr;  ///< null once left
  bool open = false;
  std::vector<std::string> sent{};

  void opens(std::vector<std::string> const& peers = {}) {
    open = true;
    listener->on_open();
    for (auto const& peer : peers) listener->on_peer_joined(peer);
  }
  void says(std::string const& from, std::string const& body) {
    if (listener) listener->on_message({.from = from, .body = body, .delivery = {}});
  }
  void closes(Ending const& why) {
    open = false;
    std::exchange(listener, nullptr)->on_closed(why);
  }
  [[nodiscard]] bool left() const { return listener == nullptr; }
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(std::shared_ptr<FakeRoom> room) : room_(std::move(room)) {}
  FakeTransport(FakeTransport const&) = delete;
  FakeTransport& operator=(FakeTransport const&) = delete;
  ~FakeTransport() override { room_->listener = nullptr; }
  void connect(TransportListener& listener) override { room_->listener = &listener; }
  bool send(std::string_view body, Delivery) override {
    if (!room_->open) return false;
    room_->sent.emplace_back(body);
    return true;
  }
  void leave() override { room_->listener = nullptr; }

 private:
  std::shared_ptr<FakeRoom> room_;
};

struct World : FakeNetwork {
  World() {
    table.add("ws-room", [this](Network const&, TransportOrder const& order) {
      rooms.push_back(std::make_shared<FakeRoom>(FakeRoom{.url = order.url}));
      return Result<std::unique_ptr<Transport>>(std::make_unique<FakeTransport>(rooms.back()));
    });
    PlayerOptions options;
    options.realm.realm = kRealm;
    options.transports = &table;
    PlayerEvents events;
    events.status = [this](Status const& status) { states.push_back(status.state); };
    events.room = [this](RoomStatus const& status) { room = status; };
    events.joined = [this](std::string_view who) {
      EXPECT_TRUE(here.emplace(who).second) << who << " was here already";
    };
    events.left = [this](std::string_view who) {
      EXPECT_EQ(here.erase(std::string(who)), 1U) << who << " was not here";
    };
    events.message = [this](Message const& message) {
      heard.push_back(std::string(message.from) + ": " + std::string(message.body));
      if (on_message) on_message();
    };
    player.emplace(network(), guest(), options, std::move(events));
  }
  World(World const&) = delete;
  World& operator=(World const&) = delete;
  ~World() { player.reset(); }

  void log_in() {
    player->start();
    about();
    let_in(player->identity().address());
  }
  /// Is told of the island, and its room opens.
  FakeRoom& on_island(std::string const& island, std::vector<std::string> const& peers = {}) {
    assign(island);
    rooms.back()->opens(peers);
    return *rooms.back();
  }
  void assign(std::string const& island) {
    put_on_island(island,
                  "ws-room:ws://h/rooms/" + island + "?access_token=t" + std::to_string(++tokens));
  }

  TransportTable table;
  std::vector<std::shared_ptr<FakeRoom>> rooms;
  std::vector<State> states;
  RoomStatus room;
  std::set<std::string> here;
  std::vector<std::string> heard;
  std::function<void()> on_message;
  std::optional<Player> player;
  int tokens = 0;
};

class PlayerTest : public ::testing::Test {
 protected:
  PlayerTest() { world.log_in(); }
  World world;
};

TEST_F(PlayerTest, AnIslandsRoomIsEnteredAndTalksBothWays) {
  EXPECT_FALSE(world.player->send("too early"));
  auto& room = world.on_island("I1", {"0xa"});
  EXPECT_EQ(world.room.state, RoomState::open);
  EXPECT_TRUE(world.player->send("hello"));
  EXPECT_THAT(room.sent, ElementsAre("hello"));
  room.says("0xa", "hi");
  EXPECT_THAT(world.heard, ElementsAre("0xa: hi"));
  EXPECT_THAT(world.player->peers(), ElementsAre("0xa"));
}

TEST_F(PlayerTest, TheOldRoomIsKeptUntilTheNewOneIsOpenAndALittleLonger) {
  auto& first = world.on_island("I1", {"0xa"});
  world.assign("I2");
  EXPECT_EQ(world.room.state, RoomState::moving);
  world.loop().advance(Millis{9'000});
  EXPECT_FALSE(first.left());
  EXPECT_TRUE(world.player->send("still here"));
  EXPECT_THAT(first.sent, ElementsAre("still here"));
  world.rooms.back()->opens({"0xb"});
  EXPECT_FALSE(first.left());
  world.loop().advance(Millis{1'000});
  EXPECT_TRUE(first.left());
  EXPECT_THAT(world.player->peers(), ElementsAre("0xb"));
}

TEST_F(PlayerTest, WhoIsLedBackKeepsTheRoomThereUntilTheNewSeatInItIsOpen) {
  auto& first = world.on_island("I1", {"0xa"});
  world.on_island("I2");
  world.assign("I1");
  world.loop().advance(Millis{9'000});
  EXPECT_FALSE(first.left());
  first.says("0xa", "welcome back");
  EXPECT_THAT(world.heard, ElementsAre("0xa: welcome back"));
  EXPECT_THAT(world.here, ElementsAre("0xa"));
  world.rooms.back()->opens({"0xa"});
  EXPECT_TRUE(first.left());
  EXPECT_THAT(world.here, ElementsAre("0xa"));
}

TEST_F(PlayerTest, WhoIsInBothRoomsIsToldOfOnceAndLeftWhenGoneFromBoth) {
  auto& first = world.on_island("I1", {"0xa", "0xb"});
  auto& second = world.on_island("I2", {"0xa"});
  EXPECT_THAT(world.here, ElementsAre("0xa", "0xb"));
  first.listener->on_peer_left("0xa");
  EXPECT_TRUE(world.here.contains("0xa"));
  world.loop().advance(Millis{1'000});
  EXPECT_THAT(world.here, ElementsAre("0xa"));
  second.listener->on_peer_left("0xa");
  EXPECT_THAT(world.here, IsEmpty());
}

TEST_F(PlayerTest, WhatIsSaidInBothRoomsIsHeardOnceAndWhatIsSaidTwiceTwice) {
  auto& first = world.on_island("I1", {"0xa"});
  auto& second = world.on_island("I2", {"0xa"});
  first.says("0xa", "one");
  second.says("0xa", "one");
  second.says("0xa", "two");
  second.says("0xa", "two");
  first.says("0xa", "two");
  first.says("0xa", "two");
  second.says("0xb", "two");
  EXPECT_THAT(world.heard, ElementsAre("0xa: one", "0xa: two", "0xa: two", "0xb: two"));
}

TEST_F(PlayerTest, ACopyThatComesAfterTheOldRoomWasLeftIsStillACopy) {
  auto& first = world.on_island("I1", {"0xa"});
  world.assign("I2");
  first.says("0xa", "before it opened");
  world.rooms.back()->opens({"0xa"});
  world.loop().advance(Millis{1'000});
  world.rooms.back()->says("0xa", "before it opened");
  EXPECT_THAT(world.heard, ElementsAre("0xa: before it opened"));
}

TEST_F(PlayerTest, AfterTheMoveNothingIsTakenForACopy) {
  world.on_island("I1", {"0xa"});
  auto& second = world.on_island("I2", {"0xa"});
  second.says("0xa", "again");
  world.loop().advance(Millis{4'000});
  second.says("0xa", "again");
  second.says("0xa", "again");
  EXPECT_EQ(world.heard.size(), 3U);
}

TEST_F(PlayerTest, TheOldRoomHearsWhatIsSaidAsLongAsSomebodySitsOnlyThere) {
  auto& first = world.on_island("I1", {"0xa", "0xb"});
  auto& second = world.on_island("I2", {"0xa"});
  world.player->send("for both");
  first.listener->on_peer_left("0xb");
  world.player->send("for the new one");
  EXPECT_THAT(first.sent, ElementsAre("for both"));
  EXPECT_THAT(second.sent, ElementsAre("for both", "for the new one"));
}

TEST_F(PlayerTest, ANewRoomThatFailsIsTriedAgainAndTheOldOneKept) {
  auto& first = world.on_island("I1");
  world.assign("I2");
  world.rooms.back()->closes(ending(Errc::overloaded));
  EXPECT_EQ(world.room.state, RoomState::moving);
  EXPECT_EQ(world.room.why->code, Errc::overloaded);
  world.loop().advance(Millis{1'000});
  ASSERT_EQ(world.rooms.size(), 3U);
  EXPECT_FALSE(first.left());
  world.rooms.back()->opens();
  EXPECT_EQ(world.room.state, RoomState::open);
  EXPECT_FALSE(world.room.why);
}

TEST_F(PlayerTest, AfterThreeFailuresTheRealmIsAskedForAnotherConnection) {
  world.assign("I1");
  for (int i = 0; i < 3; ++i) {
    world.rooms.back()->closes(ending(Errc::peer_gone));
    world.loop().advance(Millis{2'000});
  }
  EXPECT_EQ(world.rooms.size(), 3U);
  EXPECT_EQ(world.outgoing.fetches.size(), 1U) << "for /about";
}

TEST_F(PlayerTest, AStaleTokenIsNotTriedAgain) {
  world.assign("I1");
  world.rooms.back()->closes(ending(Errc::not_assigned));
  world.settle();
  EXPECT_EQ(world.states.back(), State::waiting);
  world.loop().advance(Millis{1'000});
  world.about();
  world.let_in(world.player->identity().address());
  world.on_island("I1");
  EXPECT_EQ(world.room.state, RoomState::open);
}

TEST_F(PlayerTest, ARoomThatIsLostIsEnteredAgain) {
  world.on_island("I1", {"0xa"}).closes(ending(Errc::peer_gone));
  EXPECT_THAT(world.here, IsEmpty());
  EXPECT_EQ(world.room.state, RoomState::connecting);
  world.loop().advance(Millis{1'000});
  world.rooms.back()->opens({"0xa"});
  EXPECT_THAT(world.here, ElementsAre("0xa"));
}

TEST_F(PlayerTest, AServerThatEndsTheOldRoomTooSoonOnlyMakesAGap) {
  auto& first = world.on_island("I1");
  world.assign("I2");
  first.closes(ending(Errc::replaced));
  EXPECT_EQ(world.room.state, RoomState::connecting);
  EXPECT_FALSE(world.player->send("nobody hears this"));
  world.rooms.back()->opens();
  EXPECT_EQ(world.room.state, RoomState::open);
}

TEST_F(PlayerTest, ABackendThatIsNotSpokenIsNamed) {
  world.on_island("I1");
  world.put_on_island("I2", "livekit:wss://lk.test?access_token=s3cret");
  EXPECT_EQ(world.room.state, RoomState::failed);
  EXPECT_EQ(world.room.why->code, Errc::unsupported);
  EXPECT_THAT(world.room.why->text, ::testing::HasSubstr("livekit"));
  EXPECT_THAT(world.room.why->text, ::testing::Not(::testing::HasSubstr("s3cret")));
  world.loop().advance(Millis{1'000});
  EXPECT_TRUE(world.rooms.front()->left());
}

TEST_F(PlayerTest, ANewTokenForTheSameRoomMeansANewSeatBeforeTheOldOneEnds) {
  auto& first = world.on_island("I1", {"0xa"});
  auto& second = world.on_island("I1", {"0xa"});
  EXPECT_FALSE(first.left());
  second.says("0xa", "hello");
  first.says("0xa", "hello");
  world.loop().advance(Millis{1'000});
  EXPECT_TRUE(first.left());
  EXPECT_THAT(world.here, ElementsAre("0xa"));
  EXPECT_THAT(world.heard, ElementsAre("0xa: hello"));
}

TEST_F(PlayerTest, TheSameConnectionStringAgainChangesNothing) {
  world.put_on_island("I1", "ws-room:ws://h/rooms/I1");
  world.rooms.back()->opens();
  world.put_on_island("I1", "ws-room:ws://h/rooms/I1");
  EXPECT_EQ(world.rooms.size(), 1U);
  EXPECT_EQ(world.room.state, RoomState::open);
}

TEST_F(PlayerTest, ThreeIslandsInASecondEndInTheLast) {
  auto& first = world.on_island("I1", {"0xa"});
  world.assign("I2");
  world.assign("I3");
  EXPECT_TRUE(world.rooms[1]->left());
  world.rooms.back()->opens({"0xb"});
  auto& last = world.on_island("I4", {"0xc"});
  EXPECT_TRUE(first.left());
  world.loop().advance(Millis{1'000});
  EXPECT_FALSE(last.left());
  EXPECT_THAT(world.player->peers(), ElementsAre("0xc"));
}

TEST_F(PlayerTest, TheRoomOutlivesALostSession) {
  auto& room = world.on_island("I1");
  world.socket().server_closes(1006);
  world.settle();
  EXPECT_EQ(world.states.back(), State::waiting);
  EXPECT_FALSE(room.left());
  EXPECT_TRUE(world.player->send("hello"));
}

TEST_F(PlayerTest, WhoLogsInAgainAndIsLedToTheSameIslandTakesANewSeatThere) {
  auto& old_seat = world.on_island("I1", {"0xa"});
  world.socket().server_closes(1006);
  world.loop().advance(Millis{1'000});
  world.about();
  world.let_in(world.player->identity().address());
  ASSERT_EQ(world.states.back(), State::online);
  world.assign("I1");
  ASSERT_EQ(world.rooms.size(), 2U) << "the old seat ends with the old login";
  EXPECT_NE(world.rooms.back()->url, old_seat.url) << "by the new token";
  EXPECT_TRUE(world.player->send("still heard"));
  EXPECT_THAT(old_seat.sent, ElementsAre("still heard"));
  world.rooms.back()->opens({"0xa"});
  old_seat.closes(ending(Errc::replaced));
  EXPECT_EQ(world.room.state, RoomState::open);
  EXPECT_THAT(world.here, ElementsAre("0xa"));
  EXPECT_TRUE(world.player->send("heard"));
  EXPECT_THAT(world.rooms.back()->sent, ElementsAre("heard"));
}

TEST_F(PlayerTest, ItMayBeDestroyedWhileItListens) {
  auto& first = world.on_island("I1", {"0xa"});
  auto& second = world.on_island("I2", {"0xb"});
  world.on_message = [this] { world.player.reset(); };
  second.says("0xb", "go");
  EXPECT_TRUE(first.left());
  EXPECT_TRUE(second.left());
  EXPECT_EQ(world.loop().timers(), 0U);
}

TEST_F(PlayerTest, StopLeavesEverything) {
  auto& room = world.on_island("I1");
  world.player->stop();
  world.settle();
  EXPECT_TRUE(room.left());
  EXPECT_EQ(world.states.back(), State::ended);
  EXPECT_FALSE(world.player->send("too late"));
}

/// A sender's words, each through the old room, the new one, or both; each room keeps its order.
RC_GTEST_PROP(MakeBeforeBreak, EveryWordIsHeardExactlyOnceHoweverTheRoomsInterleave, ()) {
  World world;
  world.log_in();
  auto& old_room = world.on_island("I1", {"0xa"});
  auto& new_room = world.on_island("I2", {"0xa"});
  std::map<std::string, int> said;
  std::vector<std::string> through_old, through_new;
  auto const words = *rc::gen::inRange(0, 60);
  for (int i = 0; i < words; ++i) {
    // Words that go through one room only are unlike all others, as the contract asks.
    auto const route = *rc::gen::inRange(0, 3);
    auto const word =
        route == 0 ? "w" + std::to_string(*rc::gen::inRange(0, 5)) : "only " + std::to_string(i);
    ++said["0xa: " + word];
    if (route != 1) through_old.push_back(word);
    if (route != 2) through_new.push_back(word);
  }
  std::size_t o = 0, n = 0;
  while (o < through_old.size() || n < through_new.size()) {
    bool const from_old =
        n == through_new.size() || (o < through_old.size() && *rc::gen::arbitrary<bool>());
    if (from_old)
      old_room.says("0xa", through_old[o++]);
    else
      new_room.says("0xa", through_new[n++]);
  }
  std::map<std::string, int> heard;
  for (auto const& line : world.heard) ++heard[line];
  RC_ASSERT(heard == said);
}

}  // namespace
}  // namespace archipelago::client
