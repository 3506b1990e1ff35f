// Getting into a room, speaking in it, and everything that gets one refused or thrown out.
#include "rooms/member_protocol.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using testing::Hall;
using ::testing::IsEmpty;
using testing::player;

TEST(MemberProtocol, AChallengeThenAWelcomeForWhoProvesItsAddress) {
  Hall hall;
  auto const client = hall.connect("a", player(1));
  client->identify(player(1));
  EXPECT_THAT(client->heard(), ElementsAre("challenge dcl-"));
  client->sign();
  EXPECT_FALSE(client->connection.is_logged_in);
  hall.run();
  EXPECT_THAT(client->heard(), ElementsAre("welcome 1 {}"));
  EXPECT_TRUE(client->connection.is_logged_in);
  EXPECT_EQ(hall.metrics.value(Metric::room_members), 1);
  EXPECT_EQ(hall.metrics.value(Metric::rooms), 1);
}

TEST(MemberProtocol, AnAddressInMixedCaseIsTheLowerCasePlayer) {
  Hall hall;
  auto const address = *Address::parse("0xabcdef0000000000000000000000000000000001");
  auto const client = hall.connect("a", address);
  client->say(wire::ws_identification_packet("0xABCDEF0000000000000000000000000000000001"));
  client->sign();
  hall.run();
  EXPECT_TRUE(hall.rooms->contains(address));
}

TEST(MemberProtocol, EveryHandshakeHasItsOwnChallenge) {
  Hall hall;
  auto const one = hall.connect("a", player(1));
  auto const two = hall.connect("a", player(1));
  one->identify(player(1));
  two->identify(player(1));
  EXPECT_NE(one->connection.sent, two->connection.sent);
}

struct FirstPacket {
  std::string bytes;
  Errc why;
};

class WrongBeginning : public ::testing::TestWithParam<FirstPacket> {};

TEST_P(WrongBeginning, IsClosedWithItsReason) {
  Hall hall;
  auto const client = hall.connect("a", player(1));
  client->say(GetParam().bytes);
  EXPECT_EQ(client->connection.closed_why, GetParam().why);
  EXPECT_THAT(client->heard(), IsEmpty());
  client->identify(player(1));
  EXPECT_THAT(client->heard(), IsEmpty()) << "nothing is answered after the close";
}

INSTANTIATE_TEST_SUITE_P(
    MemberProtocol, WrongBeginning,
    ::testing::Values(FirstPacket{"", Errc::unexpected_message},
                      FirstPacket{"\xff\xff\xff", Errc::malformed_packet},
                      FirstPacket{wire::splice_update(0, "x", false), Errc::unexpected_message},
                      FirstPacket{wire::ws_signed_challenge_packet("[]"), Errc::unexpected_message},
                      FirstPacket{wire::ws_welcome_packet(1, {}), Errc::unexpected_message},
                      FirstPacket{wire::ws_identification_packet(""), Errc::bad_address},
                      FirstPacket{wire::ws_identification_packet("0x12"), Errc::bad_address},
                      FirstPacket{wire::ws_identification_packet("\xc3\x28"), Errc::invalid_utf8}));

TEST(MemberProtocol, ASecondIdentificationIsOutOfOrder) {
  Hall hall;
  auto const client = hall.connect("a", player(1));
  client->identify(player(1));
  client->identify(player(1));
  EXPECT_EQ(client->connection.closed_why, Errc::unexpected_message);
}

TEST(MemberProtocol, NothingMayBeSaidWhileTheProofIsChecked) {
  Hall hall;
  auto const client = hall.connect("a", player(1));
  client->identify(player(1));
  client->sign();
  client->update("too early");
  EXPECT_EQ(client->connection.closed_why, Errc::unexpected_message);
  hall.run();
  EXPECT_FALSE(hall.rooms->contains(player(1)));
}

TEST(MemberProtocol, AFailedProofClosesWithItsReasonAndNobodyHearsOfIt) {
  Hall hall;
  auto const other = hall.join("a", player(2));
  other->heard();
  hall.verifier.answer = [](auto const&) -> Result<Address> { return fail(Errc::bad_signature); };
  auto const client = hall.join("a", player(1));
  EXPECT_EQ(client->connection.closed_why, Errc::bad_signature);
  EXPECT_EQ(client->connection.closed_text, "Authentication failed");
  EXPECT_FALSE(client->connection.is_logged_in);
  EXPECT_THAT(other->heard(), IsEmpty());
}

TEST(MemberProtocol, WhoHangsUpDuringTheProofNeverJoins) {
  Hall hall;
  hall.verifier.holding = true;
  auto client = hall.join("a", player(1));
  client->hang_up();
  client.reset();
  hall.verifier.release();
  hall.run();
  EXPECT_FALSE(hall.rooms->contains(player(1)));
  EXPECT_EQ(hall.metrics.value(Metric::rooms), 0);
}

TEST(RoomAccess, IsRefusedBeforeAnyCurveWorkWithoutTheRightToken) {
  Hall hall;
  std::string const bad[] = {"", "rubbish", hall.token("b", player(1)), hall.token("a", player(2)),
                             hall.token("a", player(1), Millis{0})};
  for (auto const& token : bad) {
    auto const client = hall.connect("a", player(1), token);
    client->identify(player(1));
    EXPECT_EQ(client->connection.closed_why, Errc::not_assigned) << token;
    EXPECT_THAT(client->heard(), IsEmpty());
  }
  EXPECT_THAT(hall.verifier.attempts, IsEmpty());
}

TEST(RoomAccess, OpenRoomsNeedNoToken) {
  Options options;
  options.open_rooms = {"lobby"};
  Hall hall(options);
  auto const welcome = hall.connect("lobby", player(1), "");
  welcome->identify(player(1));
  EXPECT_THAT(welcome->heard(), ElementsAre("challenge dcl-"));
  auto const refused = hall.connect("lobby2", player(1), "");
  refused->identify(player(1));
  EXPECT_EQ(refused->connection.closed_why, Errc::not_assigned);
}

Options seats(std::size_t number) {
  Options options;
  options.max_members = number;
  return options;
}

TEST(RoomCapacity, AFullRoomSaysSoAtTheIdentification) {
  Hall hall(seats(1));
  auto const one = hall.join("a", player(1));
  auto const two = hall.connect("a", player(2));
  two->identify(player(2));
  EXPECT_THAT(two->heard(), ElementsAre("kicked This world is full. Try again later."));
  EXPECT_EQ(two->connection.closed_why, Errc::room_full);
}

TEST(RoomCapacity, IsKeptWhenTwoProveThemselvesForTheLastSeat) {
  Hall hall(seats(1));
  auto const one = hall.connect("a", player(1));
  auto const two = hall.connect("a", player(2));
  for (auto const* client : {&one, &two}) {
    (*client)->identify(player(client == &one ? 1 : 2));
    (*client)->sign();
    (*client)->heard();
  }
  hall.run();
  EXPECT_THAT(one->heard(), ElementsAre("welcome 1 {}"));
  EXPECT_THAT(two->heard(), ElementsAre("kicked This world is full. Try again later."));
  EXPECT_EQ(hall.rooms->status().users, 1U);
}

TEST(RoomCapacity, ThereAreNoMoreRoomsThanAllowedAndEmptyOnesVanish) {
  Options options;
  options.max_rooms = 1;
  Hall hall(options);
  auto const one = hall.join("a", player(1));
  EXPECT_EQ(hall.join("b", player(2))->connection.closed_why, Errc::realm_full);
  one->hang_up();
  EXPECT_EQ(hall.metrics.value(Metric::rooms), 0);
  EXPECT_FALSE(hall.join("b", player(2))->connection.closed_why);
}

TEST(SecondLogin, InTheSameRoomKicksTheOlderEvenWhenTheRoomIsFull) {
  Hall hall(seats(2));
  auto const watcher = hall.join("a", player(2));
  auto const older = hall.join("a", player(1));
  watcher->heard();
  older->heard();
  auto const newer = hall.connect("a", player(1));
  newer->identify(player(1));
  EXPECT_THAT(newer->heard(), ElementsAre("challenge dcl- +"));
  newer->sign();
  hall.run();
  EXPECT_THAT(older->heard(), ElementsAre("kicked Already connected"));
  EXPECT_EQ(older->connection.closed_why, Errc::replaced);
  EXPECT_THAT(newer->heard(), ElementsAre("welcome 3 {1:p2}"));
  EXPECT_THAT(watcher->heard(), ElementsAre("leave 2", "join 3 p1"));
  older->update("still here");
  older->hang_up();
  EXPECT_THAT(watcher->heard(), IsEmpty());
  EXPECT_EQ(hall.rooms->status().users, 2U);
}

TEST(SecondLogin, ThatIsNotProvedDisturbsNobody) {
  Hall hall;
  auto const older = hall.join("a", player(1));
  hall.verifier.answer = [](auto const&) -> Result<Address> { return fail(Errc::bad_signature); };
  auto const newer = hall.join("a", player(1));
  EXPECT_FALSE(older->connection.closed_why);
}

TEST(MemberProtocol, UpdatesAreRelayedAndAnAliasMadeUpByTheSenderIsIgnored) {
  Hall hall;
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  auto const elsewhere = hall.join("b", player(3));
  for (auto const* client : {&one, &two, &elsewhere}) (*client)->heard();
  one->say(wire::splice_update(77, "hello", true));
  EXPECT_THAT(two->heard(), ElementsAre("update~ 1 hello"));
  EXPECT_THAT(one->heard(), IsEmpty());
  EXPECT_THAT(elsewhere->heard(), IsEmpty());
}

TEST(MemberProtocol, OtherPacketsOfAMemberAreIgnoredAndCounted) {
  Hall hall;
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  std::string const others[] = {"", "\x7a\x01x", wire::ws_kicked_packet("you"),
                                wire::ws_leave_packet(2), wire::ws_identification_packet("x")};
  for (auto const& packet : others) one->say(packet);
  EXPECT_FALSE(one->connection.closed_why);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_ignored), 5);
  EXPECT_THAT(two->heard(), IsEmpty());
}

TEST(MemberProtocol, BytesThatAreNoPacketEndTheMembership) {
  Hall hall;
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  one->say("\x1a\x7fshort");
  EXPECT_EQ(one->connection.closed_why, Errc::malformed_packet);
  EXPECT_THAT(two->heard(), ElementsAre("leave 1"));
  EXPECT_FALSE(hall.rooms->contains(player(1)));
}

}  // namespace
}  // namespace archipelago::rooms
