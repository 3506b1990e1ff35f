// A player on its way from an island's room on one host to the next on another.
#include "rooms/other_hosts.hpp"

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/host_status.hpp"
#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using testing::Hall;
using ::testing::IsEmpty;
using testing::player;

constexpr std::int64_t kWall = 1'700'000'000'000;

Options with_a_lobby() {
  Options options;
  options.open_rooms = {"lobby"};
  return options;
}

/// A process with rooms. What the others say reaches it when it hears(): until then it is late.
struct Host {
  Host(bus::Bus& between, std::string const& id, Millis fast = Millis{0})
      : news(WallTime{kWall} + fast), hall(with_a_lobby(), 2, WallTime{kWall} + fast) {
    hall.rooms->follow_hosts(between, news, id);
  }

  void hear() {
    news.run_posted();
    hall.run();
  }
  void advance(Millis by) {
    news.advance(by);
    hall.advance(by);
  }
  std::unique_ptr<Client> join(std::string const& room) { return hall.join(room, player(1)); }

  VirtualLoop news;
  Hall hall;
};

struct OtherHostsTest : ::testing::Test {
  explicit OtherHostsTest(Millis b_is_fast = Millis{0}) : b(between, "b", b_is_fast) {
    subscription = ears->subscribe("cluster.>", [this](auto const& m) { said.push_back(m); });
  }

  /// All hear what was said, and time passes.
  void advance(Millis by) {
    for (auto* const host : {&a, &b}) host->hear();
    for (auto* const host : {&a, &b}) host->advance(by);
    loop.advance(by);
  }
  void say(std::string const& subject, std::string const& payload) {
    between.publish(subject, payload);
    advance(Millis{0});
  }
  void say_seat(std::uint64_t number, std::string const& host) {
    cluster::Seat seat;
    seat.set_seat(number);
    seat.set_host(host);
    say(bus::subjects::cluster_seat(player(1)), wire::encode(seat));
  }

  Metrics metrics;
  VirtualLoop loop;
  bus::InProcessBus between{metrics};
  Host a{between, "a"};
  Host b;
  std::vector<bus::Message> said;
  std::unique_ptr<bus::Mailbox> ears = between.open(loop, {});
  bus::Subscription subscription;
};

TEST_F(OtherHostsTest, TheOldSeatStaysForTheTimeOfTheHandOverAndIsThenKicked) {
  auto const old_seat = a.join("i1");
  advance(Millis{300});
  auto const new_seat = b.join("i2");
  advance(Millis{9'999});
  EXPECT_FALSE(old_seat->connection.closed_why);
  old_seat->heard();
  advance(Millis{1});
  EXPECT_THAT(old_seat->heard(), ElementsAre("kicked Already connected"));
  EXPECT_EQ(old_seat->connection.closed_why, Errc::replaced);
  advance(Millis{60'000});
  EXPECT_FALSE(new_seat->connection.closed_why);
  EXPECT_EQ(a.hall.metrics.value(Metric::room_kicks), 1);
  EXPECT_EQ(b.hall.metrics.value(Metric::room_kicks), 0);
}

TEST_F(OtherHostsTest, OthersKeepTheirSeats) {
  auto const other = a.hall.join("i1", player(2));
  auto const new_seat = b.join("i2");
  advance(Millis{60'000});
  EXPECT_FALSE(other->connection.closed_why);
}

TEST_F(OtherHostsTest, OfSeveralSeatsOnTheOldHostOnlyTheNewestStaysForAWhile) {
  auto const [here, there] = a.hall.rooms_on_two_shards();
  auto const first = a.join(here);
  auto const second = a.join(there);
  advance(Millis{300});
  auto const last = b.join("i3");
  EXPECT_FALSE(first->connection.closed_why);
  advance(Millis{0});
  EXPECT_EQ(first->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(second->connection.closed_why);
  advance(Millis{10'000});
  EXPECT_EQ(second->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(last->connection.closed_why);
}

TEST_F(OtherHostsTest, AThirdRoomElsewhereEndsTheFirstAtOnce) {
  auto const first = a.join("i1");
  advance(Millis{300});
  auto const second = b.join("i2");
  advance(Millis{2'000});
  auto const third = b.join("i3");
  advance(Millis{0});
  EXPECT_EQ(first->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(second->connection.closed_why);
  EXPECT_FALSE(third->connection.closed_why);
}

TEST_F(OtherHostsTest, AMessageHeardTwiceEndsNothingSooner) {
  auto const old_seat = a.join("i1");
  advance(Millis{300});
  auto const new_seat = b.join("i2");
  advance(Millis{100});
  auto const message = said.back();
  say(message.subject, message.payload);
  EXPECT_FALSE(old_seat->connection.closed_why);
  advance(Millis{9'900});
  EXPECT_EQ(old_seat->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(new_seat->connection.closed_why);
}

TEST_F(OtherHostsTest, OpenRoomsAreNotSpokenOf) {
  auto const seat = a.join("i1");
  advance(Millis{0});
  said.clear();
  auto const lobby = b.join("lobby");
  advance(Millis{60'000});
  EXPECT_THAT(said, IsEmpty());
  EXPECT_FALSE(seat->connection.closed_why);
  EXPECT_FALSE(lobby->connection.closed_why);
}

TEST_F(OtherHostsTest, ASeatInAnOpenRoomEndsAsAnyOther) {
  auto const lobby = a.join("lobby");
  auto const seat = b.join("i1");
  advance(Millis{10'000});
  EXPECT_EQ(lobby->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(seat->connection.closed_why);
}

TEST_F(OtherHostsTest, WhereTheRealmIsOneProcessNothingIsSaid) {
  Hall alone;
  alone.join("a", player(1));
  int heard = 0;
  auto const mailbox = alone.bus.open(loop, {});
  auto const all = mailbox->subscribe("cluster.>", [&](auto const&) { ++heard; });
  auto const seat = alone.join("b", player(1));
  loop.run_posted();
  EXPECT_EQ(heard, 0);
}

TEST_F(OtherHostsTest, NonsenseEndsNothing) {
  auto const seat = a.join("i1");
  advance(Millis{0});
  constexpr std::uint64_t kLater = kWall + 5'000;
  auto const mine = bus::subjects::cluster_seat(player(1));
  say_seat(kLater, "a");  // itself
  EXPECT_EQ(a.hall.metrics.rejected(Errc::bad_request), 0);
  say_seat(0, "c");
  say_seat(kWall + 86'400'001, "c");
  say_seat(std::numeric_limits<std::uint64_t>::max(), "c");
  say_seat(kLater, "");
  say_seat(kLater, std::string(65, 'c'));
  say_seat(kLater, "c\n");
  EXPECT_EQ(a.hall.metrics.rejected(Errc::bad_request), 6);
  say(mine, "");
  EXPECT_EQ(a.hall.metrics.rejected(Errc::bad_request), 7);
  say(mine, "\xff\xff\xff");
  EXPECT_EQ(a.hall.metrics.rejected(Errc::malformed_packet), 1);
  say(mine, std::string(100'000, '\x08'));
  EXPECT_EQ(a.hall.metrics.rejected(Errc::message_too_big), 1);
  say("cluster.seat.nobody", wire::encode(cluster::Seat{}));
  EXPECT_EQ(a.hall.metrics.rejected(Errc::bad_address), 1);
  advance(Millis{60'000});
  EXPECT_FALSE(seat->connection.closed_why);
}

/// The clock of b is ahead by the parameter, and the hosts have heard of one another once.
struct OtherHostsClocks : OtherHostsTest, ::testing::WithParamInterface<std::int64_t> {
  OtherHostsClocks() : OtherHostsTest(Millis{GetParam()}) {
    tell_status(a, "a");
    tell_status(b, "b");
    advance(Millis{1'000});
  }
  void tell_status(Host& host, std::string const& id) {
    HostStatus status(host.news, between, *host.hall.rooms, {.id = id});
    status.start("ws://" + id);
  }
};

TEST_P(OtherHostsClocks, WhoComesBackKeepsItsNewestSeatThoughWordOfTheOtherComesLate) {
  auto const first = a.join("i1");
  advance(Millis{300});
  auto const away = b.join("i2");
  for (auto* const host : {&a, &b}) host->hall.advance(Millis{300});  // word is on its way
  auto const back = a.join("i1");
  EXPECT_EQ(first->connection.closed_why, Errc::replaced);
  advance(Millis{10'000});
  EXPECT_EQ(away->connection.closed_why, Errc::replaced);
  advance(Millis{60'000});
  EXPECT_FALSE(back->connection.closed_why);
}

TEST_P(OtherHostsClocks, WhoComesBackToAnotherRoomKeepsNoMoreThanTwoSeats) {
  auto const first = a.join("i1");
  advance(Millis{300});
  auto const away = b.join("i2");
  for (auto* const host : {&a, &b}) host->hall.advance(Millis{300});
  auto const back = a.join("i3");
  EXPECT_FALSE(first->connection.closed_why) << "nobody knows better";
  advance(Millis{0});
  EXPECT_EQ(first->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(away->connection.closed_why);
  advance(Millis{10'000});
  EXPECT_EQ(away->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(back->connection.closed_why);
}

TEST_P(OtherHostsClocks, WhoMovesOnceKeepsTheNewSeat) {
  auto const at_b = b.join("i1");
  for (auto* const host : {&a, &b}) host->hall.advance(Millis{20});
  auto const at_a = a.join("i2");
  advance(Millis{10'000});
  EXPECT_EQ(at_b->connection.closed_why, Errc::replaced);
  EXPECT_FALSE(at_a->connection.closed_why);
}

INSTANTIATE_TEST_SUITE_P(Rooms, OtherHostsClocks,
                         ::testing::Values(-40'000, -5'000, 0, 5'000, 40'000),
                         [](auto const& info) {
                           return (info.param < 0 ? "Behind" : "Ahead") +
                                  std::to_string(std::abs(info.param));
                         });

}  // namespace
}  // namespace archipelago::rooms
