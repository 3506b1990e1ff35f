// Rooms behind connection strings: RFC-5's handshake and members, from a server nobody vouches for.
#include "client/transports.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/address.hpp"
#include "client/testing.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::client {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FakeNetwork;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Millis kLimit{5'000};

std::string who(char digit) {
  return "0x" + std::string(40, digit);
}

struct Log final : TransportListener {
  void on_open() override { lines.emplace_back("open"); }
  void on_peer_joined(std::string_view who) override { note("joined", who); }
  void on_peer_left(std::string_view who) override { note("left", who); }
  void on_message(Message const& message) override {
    note(message.delivery == Delivery::reliable ? "reliably" : "unreliably", message.from);
    lines.back() += " " + std::string(message.body);
    if (leave_at_message) leave_at_message->leave();
  }
  void on_closed(Ending const& why) override { closed = why; }
  void note(std::string const& what, std::string_view who) {
    lines.push_back(what + " " + std::string(1, who.back()));
  }
  std::vector<std::string> lines;
  std::optional<Ending> closed;
  Transport* leave_at_message = nullptr;
};

class WsRoomTest : public ::testing::Test {
 protected:
  WsRoomTest() {
    auto made = TransportTable::standard().make(
        world.network(), "ws-room:ws://h/rooms/I1?access_token=t", world.guest(), kLimit);
    room = std::move(made.value());
    room->connect(log);
  }
  net::FakeWebsocket& server() { return world.socket(); }
  void let_in(std::vector<std::pair<std::uint32_t, std::string>> const& members = {}) {
    server().open();
    server().say(wire::ws_challenge_packet("dcl-x", false));
    server().say(wire::ws_welcome_packet(5, members));
    server().take();
  }
  std::optional<Errc> ended() {
    world.settle();
    return log.closed ? std::optional(log.closed->code) : std::nullopt;
  }

  FakeNetwork world;
  Log log;
  std::unique_ptr<Transport> room;
};

TEST_F(WsRoomTest, GoesWhereItsConnectionStringLeadsAndProvesWhoItIs) {
  EXPECT_EQ(server().dial.url, "ws://h/rooms/I1?access_token=t");
  EXPECT_THAT(server().dial.subprotocols, ElementsAre("rfc5"));
  EXPECT_EQ(server().dial.limit, kLimit);
  server().open();
  EXPECT_EQ(wire::scan_ws_packet(server().take().at(0))->which, wire::WsCase::identification);
  server().say(wire::ws_challenge_packet("dcl-x", false));
  EXPECT_EQ(wire::scan_ws_packet(server().take().at(0))->which, wire::WsCase::signed_challenge);
  EXPECT_FALSE(room->send("too early", Delivery::reliable));
  server().say(wire::ws_welcome_packet(5, {{1, who('a')}, {2, who('b')}}));
  EXPECT_TRUE(server().is_logged_in);
  EXPECT_THAT(log.lines, ::testing::UnorderedElementsAre("open", "joined a", "joined b"));
  EXPECT_EQ(log.lines.front(), "open");
}

TEST_F(WsRoomTest, MembersComeSpeakAndGo) {
  let_in();
  server().say(wire::ws_join_packet(7, who('a')));
  server().say(wire::splice_update(7, "hello", false));
  server().say(wire::splice_update(7, "here", true));
  server().say(wire::ws_leave_packet(7));
  server().say(wire::splice_update(7, "a ghost", false));
  EXPECT_THAT(log.lines,
              ElementsAre("open", "joined a", "reliably a hello", "unreliably a here", "left a"));
}

TEST_F(WsRoomTest, SaysWhatItIsGivenUpToTheRoomsLimit) {
  let_in();
  EXPECT_TRUE(room->send("hello", Delivery::unreliable));
  auto const sent = server().take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(wire::scan_ws_packet(sent[0])->body(), "hello");
  EXPECT_EQ(server().deliveries.back(), net::Delivery::unreliable);
  EXPECT_TRUE(room->send(std::string(128 * 1024, 'x'), Delivery::reliable));
  EXPECT_FALSE(room->send(std::string(128 * 1024 + 1, 'x'), Delivery::reliable));
}

TEST_F(WsRoomTest, OneAddressUnderTwoAliasesIsOnePeer) {
  let_in({{1, who('a')}});
  server().say(wire::ws_join_packet(2, who('a')));
  server().say(wire::ws_leave_packet(1));
  EXPECT_THAT(log.lines, ElementsAre("open", "joined a"));
  server().say(wire::ws_leave_packet(2));
  EXPECT_EQ(log.lines.back(), "left a");
}

TEST_F(WsRoomTest, WhoHasNoAddressIsNotHeard) {
  let_in({{1, "dcl-x"}, {2, ""}});
  server().say(wire::splice_update(1, "hello", false));
  EXPECT_THAT(log.lines, ElementsAre("open"));
}

TEST_F(WsRoomTest, AFullRoomIsTriedAgainASecondLoginIsNot) {
  server().open();
  server().say(wire::ws_kicked_packet("This world is full. Try again later."));
  EXPECT_EQ(ended(), Errc::room_full);
  EXPECT_TRUE(log.closed->retryable);
}

TEST_F(WsRoomTest, AKickEndsItWithTheRoomsWords) {
  let_in();
  server().say(wire::ws_kicked_packet("Already connected"));
  EXPECT_EQ(ended(), Errc::replaced);
  EXPECT_FALSE(log.closed->retryable);
  EXPECT_EQ(log.closed->text, "Already connected");
}

TEST_F(WsRoomTest, AStaleTokenIsARefusalToSay) {
  server().open();
  server().server_closes(1008, "not_assigned");
  EXPECT_EQ(ended(), Errc::not_assigned);
}

TEST_F(WsRoomTest, WhatIsOutOfOrderOrNoPacketEndsIt) {
  server().open();
  server().say(wire::ws_welcome_packet(5, {}));
  EXPECT_EQ(ended(), Errc::unexpected_message);
  EXPECT_EQ(server().closed_why, Errc::unexpected_message);
}

TEST_F(WsRoomTest, MoreMembersThanAnyRoomHasEndIt) {
  let_in();
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    auto const digits = std::to_string(i);
    server().say(
        wire::ws_join_packet(i + 10, "0x" + std::string(40 - digits.size(), '0') + digits));
  }
  EXPECT_EQ(ended(), Errc::unexpected_message);
  EXPECT_EQ(log.lines.size(), 4'097U);
}

TEST_F(WsRoomTest, WhoHasLeftHearsNothingMore) {
  let_in({{1, who('a')}});
  log.leave_at_message = room.get();
  server().say(wire::splice_update(1, "one", false));
  server().say(wire::splice_update(1, "two", false));
  world.settle();
  EXPECT_THAT(log.lines, ElementsAre("open", "joined a", "reliably a one"));
  EXPECT_FALSE(log.closed);
  EXPECT_TRUE(server().closed_why);
}

RC_GTEST_PROP(HostileRoom, NoBytesDoMoreThanEndIt, (std::vector<std::string> const& messages)) {
  FakeNetwork world;
  Log log;
  auto const room = TransportTable::standard()
                        .make(world.network(), "ws-room:ws://h/r", world.guest(), kLimit)
                        .value();
  room->connect(log);
  auto& server = world.socket();
  server.open();
  if (*rc::gen::arbitrary<bool>()) {
    server.say(wire::ws_challenge_packet("dcl-x", false));
    server.say(wire::ws_welcome_packet(5, {{1, who('a')}}));
  }
  for (auto const& bytes : messages) server.say(bytes);
  world.settle();
}

TEST(TransportTable, WhatIsNotInItIsUnsupportedByName) {
  FakeNetwork world;
  auto const try_it = [&](std::string_view connection) {
    return TransportTable::standard()
        .make(world.network(), connection, world.guest(), kLimit)
        .error();
  };
  EXPECT_EQ(try_it("livekit:wss://h?access_token=s3cret").code, Errc::unsupported);
  EXPECT_THAT(try_it("livekit:wss://h?access_token=s3cret").detail,
              AllOf(HasSubstr("livekit"), Not(HasSubstr("s3cret"))));
  EXPECT_EQ(try_it("lighthouse:https://h").code, Errc::unsupported);
  EXPECT_EQ(try_it("ws-room:http://h").code, Errc::bad_request);
  EXPECT_EQ(try_it("").code, Errc::bad_request);
}

TEST(TransportTable, OfflineOpensAndNobodyIsThere) {
  FakeNetwork world;
  Log log;
  auto const room = TransportTable::standard()
                        .make(world.network(), "offline:offline", world.guest(), kLimit)
                        .value();
  room->connect(log);
  EXPECT_FALSE(room->send("x", Delivery::reliable));
  world.settle();
  EXPECT_THAT(log.lines, ElementsAre("open"));
  EXPECT_TRUE(room->send("x", Delivery::reliable));
  room->leave();
  EXPECT_FALSE(room->send("x", Delivery::reliable));
}

}  // namespace
}  // namespace archipelago::client
