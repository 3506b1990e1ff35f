// Where islands go, and when they move.
#include "adapters/switchboard.hpp"

#include <map>
#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/fixed.hpp"
#include "base/log.hpp"

namespace archipelago::adapters {
namespace {

Carrier carrier(std::string kind, std::string name, std::size_t capacity = 0) {
  return {.kind = std::move(kind),
          .name = name,
          .capacity = capacity,
          .backend = std::make_unique<Fixed>("at:" + name)};
}

std::vector<Carrier> two_hosts_and_rooms(std::size_t capacity = 0) {
  std::vector<Carrier> all;
  all.push_back(carrier("livekit", "a", capacity));
  all.push_back(carrier("livekit", "b", capacity));
  all.push_back(carrier("ws-room", "rooms"));
  return all;
}

struct Board {
  explicit Board(std::vector<std::string> const& rules, std::vector<Carrier> carriers,
                 SwitchboardOptions options = {})
      : board(std::move(carriers), parsed(rules), std::move(options), metrics) {
    log::set_level(log::Level::error);
  }

  static std::vector<Rule> parsed(std::vector<std::string> const& texts) {
    std::vector<Rule> rules;
    for (auto const& text : texts) rules.push_back(*Rule::parse(text));
    return rules;
  }
  /// The islands that moved, a minute after the last time.
  std::vector<std::string> review() {
    now = now + Millis{60'000};
    std::vector<IslandFacts> facts;
    for (auto const& [id, players] : islands) facts.push_back({.id = id, .players = players});
    return board.review(facts, now);
  }
  std::string where(std::string_view island) const { return std::string(board.carrier_of(island)); }

  Metrics metrics;
  Switchboard board;
  std::map<std::string, std::size_t> islands;
  Instant now{};
};

Address const kPlayer = *Address::parse("0x" + std::string(40, 'a'));

TEST(Switchboard, AllPlayersOfAnIslandMeetOnOneHost) {
  Board b({"livekit"}, two_hosts_and_rooms());
  for (int i = 0; i < 200; ++i) b.islands["I" + std::to_string(i)] = 5;
  EXPECT_TRUE(b.review().empty());
  std::map<std::string, int> hosts;
  for (auto const& [id, players] : b.islands) {
    ++hosts[b.where(id)];
    EXPECT_EQ(*b.board.connection_string(id, kPlayer, {}), "at:" + b.where(id));
  }
  EXPECT_EQ(hosts.size(), 2U);
  EXPECT_GT(hosts["a"], 60);
  EXPECT_GT(hosts["b"], 60);
  EXPECT_TRUE(b.review().empty());
}

TEST(Switchboard, EveryProcessMakesTheSameChoice) {
  Board one({"livekit"}, two_hosts_and_rooms());
  std::vector<Carrier> reversed;
  reversed.push_back(carrier("livekit", "b"));
  reversed.push_back(carrier("livekit", "a"));
  Board other({"livekit"}, std::move(reversed));
  for (int i = 0; i < 50; ++i) one.islands["I" + std::to_string(i)] = 1;
  other.islands = one.islands;
  static_cast<void>(one.review());
  static_cast<void>(other.review());
  for (auto const& [id, players] : one.islands) EXPECT_EQ(one.where(id), other.where(id));
}

TEST(Switchboard, AHostOfThreeTimesTheCapacityCarriesThreeTimesTheIslands) {
  std::vector<Carrier> hosts;
  hosts.push_back(carrier("livekit", "small", 10'000));
  hosts.push_back(carrier("livekit", "large", 30'000));
  Board b({"livekit"}, std::move(hosts));
  for (int i = 0; i < 1'000; ++i) b.islands["I" + std::to_string(i)] = 1;
  static_cast<void>(b.review());
  int small = 0;
  for (auto const& [id, players] : b.islands) small += b.where(id) == "small" ? 1 : 0;
  EXPECT_NEAR(small, 250, 50);
}

TEST(Switchboard, OnlyTheIslandsOfAHostThatFailsMoveAndTheyStayAway) {
  Board b({"livekit"}, two_hosts_and_rooms());
  for (int i = 0; i < 50; ++i) b.islands["I" + std::to_string(i)] = 1;
  static_cast<void>(b.review());
  std::size_t on_a = 0;
  for (auto const& [id, players] : b.islands) on_a += b.where(id) == "a" ? 1 : 0;
  b.board.set_healthy("a", false);
  EXPECT_EQ(b.review().size(), on_a);
  for (auto const& [id, players] : b.islands) EXPECT_EQ(b.where(id), "b");
  EXPECT_EQ(b.metrics.value(Metric::islands_moved_failed), static_cast<std::int64_t>(on_a));
  b.board.set_healthy("a", true);
  EXPECT_TRUE(b.review().empty());
}

TEST(Switchboard, WhenAllHostsOfARuleFailTheNextRuleCounts) {
  Board b({"livekit", "ws-room"}, two_hosts_and_rooms());
  b.islands["I1"] = 3;
  static_cast<void>(b.review());
  EXPECT_NE(b.where("I1"), "rooms");
  b.board.set_healthy("a", false);
  b.board.set_healthy("b", false);
  EXPECT_EQ(b.review().size(), 1U);
  EXPECT_EQ(b.where("I1"), "rooms");
  b.board.set_healthy("b", true);
  EXPECT_EQ(b.review().size(), 1U);
  EXPECT_EQ(b.where("I1"), "b");
}

TEST(Switchboard, WhenEverythingFailedNothingMoves) {
  Board b({"livekit"}, two_hosts_and_rooms());
  b.islands["I1"] = 3;
  static_cast<void>(b.review());
  auto const before = b.where("I1");
  b.board.set_healthy("a", false);
  b.board.set_healthy("b", false);
  EXPECT_TRUE(b.review().empty());
  EXPECT_EQ(b.where("I1"), before);
  EXPECT_TRUE(b.board.connection_string("I1", kPlayer, {}));
}

TEST(Switchboard, AnIslandThatGrewMovesAndDoesNotFlap) {
  Board b({"livekit players>=60", "ws-room"}, two_hosts_and_rooms());
  b.islands["I1"] = 59;
  static_cast<void>(b.review());
  EXPECT_EQ(b.where("I1"), "rooms");
  b.islands["I1"] = 60;
  EXPECT_EQ(b.review(), std::vector<std::string>{"I1"});
  for (std::size_t const players : {59U, 61U, 48U, 60U}) {
    b.islands["I1"] = players;
    EXPECT_TRUE(b.review().empty()) << players;
  }
  b.islands["I1"] = 47;
  EXPECT_EQ(b.review().size(), 1U);
  EXPECT_EQ(b.metrics.value(Metric::islands_moved_rule), 2);
}

TEST(Switchboard, ARuleAloneDoesNotMoveAnIslandTwiceInAShortTime) {
  Board b({"livekit players>=60", "ws-room"}, two_hosts_and_rooms(), {.stay = Millis{300'000}});
  b.islands["I1"] = 1;
  static_cast<void>(b.review());
  b.islands["I1"] = 100;
  EXPECT_EQ(b.review().size(), 1U) << "the first time";
  b.islands["I1"] = 1;
  for (int minute = 1; minute < 5; ++minute) EXPECT_TRUE(b.review().empty());
  EXPECT_EQ(b.review().size(), 1U);
  EXPECT_EQ(b.where("I1"), "rooms");
  b.islands["I1"] = 100;
  for (int minute = 1; minute < 6; ++minute) static_cast<void>(b.review());
  auto const host = b.where("I1");
  b.board.set_healthy(host, false);
  EXPECT_EQ(b.review().size(), 1U) << "a failure does not wait";
}

TEST(Switchboard, AFullHostIsLeftToThoseWhoAreThere) {
  std::vector<Carrier> all;
  all.push_back(carrier("livekit", "a", 100));
  all.push_back(carrier("ws-room", "rooms"));
  Board b({"livekit fill<50", "ws-room"}, std::move(all));
  b.islands["I1"] = 49;
  static_cast<void>(b.review());
  b.islands["I2"] = 30;
  static_cast<void>(b.review());
  EXPECT_EQ(b.where("I2"), "a");
  b.islands["I3"] = 1;
  EXPECT_TRUE(b.review().empty());
  EXPECT_EQ(b.where("I3"), "rooms");
  b.islands["I1"] = 90;
  EXPECT_TRUE(b.review().empty());
  b.islands.erase("I1");
  b.islands.erase("I2");
  b.islands["I4"] = 101;
  EXPECT_EQ(b.review(), std::vector<std::string>{"I3"}) << "there is room again";
  EXPECT_EQ(b.where("I4"), "rooms");
}

TEST(Switchboard, AnIslandThatIsGoneIsForgottenAndThePinnedRoomIsNot) {
  Board b({"livekit"}, two_hosts_and_rooms(), {.pinned = "lobby"});
  b.islands["I1"] = 1;
  static_cast<void>(b.review());
  static_cast<void>(b.board.connection_string("lobby", kPlayer, {}));
  b.islands.clear();
  static_cast<void>(b.review());
  EXPECT_EQ(b.where("I1"), "");
  auto const host = b.where("lobby");
  ASSERT_NE(host, "");
  b.board.set_healthy(host, false);
  EXPECT_NE(*b.board.connection_string("lobby", kPlayer, {}), "at:" + host);
}

TEST(Switchboard, WithOneCarrierNothingMovesWhateverTheRulesSay) {
  std::vector<Carrier> one;
  one.push_back(carrier("ws-room", "rooms", 10));
  Board b({"ws-room players<5"}, std::move(one));
  b.islands["I1"] = 50;
  b.board.set_healthy("rooms", false);
  EXPECT_TRUE(b.review().empty());
  EXPECT_EQ(*b.board.connection_string("I1", kPlayer, {}), "at:rooms");
  EXPECT_EQ(b.where("I1"), "rooms");
}

TEST(Switchboard, ARuleWithoutItsBackendIsAProgrammersError) {
  Metrics metrics;
  auto const make = [&](std::vector<Rule> rules) {
    std::vector<Carrier> carriers;
    carriers.push_back(carrier("ws-room", "rooms"));
    Switchboard(std::move(carriers), std::move(rules), {}, metrics);
  };
  EXPECT_THROW(make({}), std::invalid_argument);
  EXPECT_THROW(make({*Rule::parse("livekit")}), std::invalid_argument);
}

RC_GTEST_PROP(SwitchboardProperty, NoIslandIsOnAFailedHostWhileAHealthyOneCanBeHad, ()) {
  Board b({"livekit players>=20 fill<90", "livekit zone=0:0..5:5", "ws-room"},
          two_hosts_and_rooms(100), {.stay = Millis{0}});
  auto const steps = *rc::gen::inRange(1, 30);
  for (int step = 0; step < steps; ++step) {
    b.board.set_healthy("a", *rc::gen::arbitrary<bool>());
    b.board.set_healthy("b", *rc::gen::arbitrary<bool>());
    b.islands["I" + std::to_string(*rc::gen::inRange(0, 8))] =
        *rc::gen::inRange<std::size_t>(1, 60);
    std::map<std::string, std::string> before;
    for (auto const& [id, players] : b.islands) before[id] = b.where(id);
    b.board.set_healthy("rooms", true);
    auto const moved = b.review();
    for (auto const& [id, players] : b.islands) {
      bool const told = std::ranges::find(moved, id) != moved.end();
      RC_ASSERT(told == (!before[id].empty() && before[id] != b.where(id)));
    }
    b.board.set_healthy(b.where(b.islands.begin()->first), false);
    auto const failed = b.where(b.islands.begin()->first);
    if (failed != "rooms") {
      static_cast<void>(b.review());
      for (auto const& [id, players] : b.islands) RC_ASSERT(b.where(id) != failed);
    }
    b.board.set_healthy("rooms", true);
  }
}

}  // namespace
}  // namespace archipelago::adapters
