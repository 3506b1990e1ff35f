// A seat in an island's room goes with the login that it belonged to.
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using ::testing::ElementsAre;
using testing::Hall;
using testing::player;

TEST(LoginEnd, WhoLogsOutLosesItsSeatsOnEveryShardAfterTheGrace) {
  Hall hall;
  auto const [here, there] = hall.rooms_on_two_shards();
  auto const first = hall.join(here, player(1));
  auto const second = hall.join(there, player(1));
  hall.logged_out(player(1));
  hall.advance(Millis{9'999});
  EXPECT_FALSE(second->connection.closed_why);
  hall.advance(Millis{1});
  EXPECT_EQ(second->connection.closed_why, Errc::session_ended);
  EXPECT_TRUE(first->connection.closed_why);
  EXPECT_EQ(hall.rooms->status().users, 0U);
}

TEST(LoginEnd, TheOthersStayAndHearThatItLeft) {
  Hall hall;
  auto const one = hall.join("a", player(1));
  auto const two = hall.join("a", player(2));
  two->heard();
  hall.logged_out(player(1));
  hall.advance(Millis{10'000});
  EXPECT_THAT(two->heard(), ElementsAre("leave 1"));
  EXPECT_FALSE(two->connection.closed_why);
  EXPECT_EQ(hall.metrics.value(Metric::room_seats_ended), 1);
  EXPECT_EQ(hall.metrics.value(Metric::room_kicks), 0);
}

TEST(LoginEnd, WhoLoggedOutIsKeptOutUntilItLogsInAgainWhateverItsToken) {
  Hall hall;
  hall.logged_out(player(1));
  auto const early = hall.connect("a", player(1));
  early->identify(player(1));
  EXPECT_EQ(early->connection.closed_why, Errc::session_ended);
  hall.logged_in(player(1));
  EXPECT_FALSE(hall.join("a", player(1))->connection.closed_why);
}

TEST(LoginEnd, ATokenMadeSinceTheLogoutIsGoodThoughNobodyToldOfTheLogin) {
  Hall hall;
  auto const lifetime = Options{}.token_lifetime;
  auto const before = hall.token("a", player(1), lifetime);
  hall.advance(Millis{2'000});
  hall.logged_out(player(1));
  hall.advance(Millis{1});
  auto const since = hall.token("a", player(1), lifetime);
  auto const early = hall.connect("a", player(1), before);
  early->identify(player(1));
  EXPECT_EQ(early->connection.closed_why, Errc::session_ended);
  auto const late = hall.connect("a", player(1), since);
  late->identify(player(1));
  late->sign();
  hall.run();
  EXPECT_FALSE(late->connection.closed_why);
  EXPECT_EQ(hall.rooms->status().users, 1U);
}

TEST(LoginEnd, ALogoutThatIsHeardAfterTheNextLoginKeepsNobodyOut) {
  Options options;
  options.logout_delay = Millis{2'000};
  Hall hall(options);
  hall.logged_in(player(1));
  auto const token = hall.token("a", player(1), Options{}.token_lifetime);
  hall.advance(Millis{1'999});
  hall.logged_out(player(1));
  auto const client = hall.connect("a", player(1), token);
  client->identify(player(1));
  EXPECT_FALSE(client->connection.closed_why);
}

TEST(LoginEnd, WhoLogsOutDuringTheHandshakeGetsNoSeat) {
  Hall hall;
  auto const client = hall.connect("a", player(1));
  client->identify(player(1));
  hall.logged_out(player(1));
  client->sign();
  hall.run();
  EXPECT_EQ(client->connection.closed_why, Errc::session_ended);
  EXPECT_EQ(hall.rooms->status().users, 0U);
}

TEST(LoginEnd, ASeatThatIsTakenAfterTheNewLoginStays) {
  Hall hall;
  auto const old_seat = hall.join("a", player(1));
  hall.logged_out(player(1));
  hall.logged_in(player(1));
  auto const seat = hall.join("a", player(1));
  EXPECT_EQ(old_seat->connection.closed_why, Errc::replaced);
  hall.advance(Millis{60'000});
  EXPECT_FALSE(seat->connection.closed_why);
}

TEST(LoginEnd, AReplacedLoginsSeatEndsTooThoughTheNewOneNeverEntersARoom) {
  Hall hall;
  auto const old_seat = hall.join("a", player(1));
  hall.logged_in(player(1));
  hall.advance(Millis{10'000});
  EXPECT_EQ(old_seat->connection.closed_why, Errc::session_ended);
}

TEST(LoginEnd, OpenRoomsAreForWhoeverProvesItsAddress) {
  Options options;
  options.open_rooms = {"lobby"};
  Hall hall(options);
  auto const seat = hall.join("lobby", player(1));
  hall.logged_out(player(1));
  hall.advance(Millis{60'000});
  EXPECT_FALSE(seat->connection.closed_why);
  EXPECT_FALSE(hall.join("lobby", player(2))->connection.closed_why);
}

TEST(LoginEnd, WithoutAGraceSeatsDoNotDependOnLogins) {
  Options options;
  options.seat_grace = Millis{0};
  Hall hall(options);
  auto const seat = hall.join("a", player(1));
  hall.logged_out(player(1));
  hall.advance(Millis{60'000});
  EXPECT_FALSE(seat->connection.closed_why);
  EXPECT_FALSE(hall.join("b", player(1))->connection.closed_why);
}

TEST(LoginEnd, AHandOverShortensTheGraceAndIsNotProlongedByIt) {
  Options options;
  options.hand_over = Millis{3'000};
  Hall hall(options);
  auto const old_seat = hall.join("a", player(1));
  hall.logged_in(player(1));
  auto const seat = hall.join("b", player(1));
  hall.advance(Millis{3'000});
  EXPECT_EQ(old_seat->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(seat->connection.closed_why);
}

}  // namespace
}  // namespace archipelago::rooms
