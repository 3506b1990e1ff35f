// A core that takes over leaves islands where they are; and nobody on the bus can make it do
// otherwise.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/fixed.hpp"
#include "adapters/room_hosts_fixture.hpp"
#include "adapters/switchboard.hpp"

namespace archipelago::adapters {
namespace {

using testing::Fleet;
using ::testing::IsEmpty;
using testing::Placer;

Address const kPlayer = *Address::parse("0x" + std::string(40, 'a'));

/// As players were told.
std::string connection(std::string const& island, std::string const& host) {
  return "ws-room:ws://" + host + "/rooms/" + island;
}

struct Takeover : ::testing::Test {
  Takeover() {
    for (char host = 'a'; host < 'f'; ++host) fleet.hosts[std::string(1, host)] = {};
    for (int i = 0; i < 100; ++i) {
      auto const island = "I" + std::to_string(i);
      told[island] = std::string(1, static_cast<char>('a' + i % 5));
    }
  }
  void adopt_all(Placer& core) {
    for (auto const& [island, host] : told) {
      core.islands[island] = 3;
      core.hosts.adopt(island, connection(island, host));
    }
  }

  Fleet fleet;
  std::map<std::string, std::string> told;
};

TEST_F(Takeover, IslandsStayOnTheirHosts) {
  auto const core = fleet.placer();
  fleet.pass(Millis{10'000});
  adopt_all(*core);
  EXPECT_THAT(core->review(), IsEmpty());
  EXPECT_EQ(core->everywhere(), told);
}

TEST_F(Takeover, HostsThatWereNotHeardOfYetAreWaitedFor) {
  auto const core = fleet.placer();
  fleet.say("a", {});
  fleet.loop.run_posted();
  adopt_all(*core);
  EXPECT_THAT(core->review(), IsEmpty());
  EXPECT_FALSE(core->hosts.connection_string("I1", kPlayer, {}));
  EXPECT_TRUE(core->hosts.alive());
  fleet.pass(Millis{1'000});
  EXPECT_THAT(core->review(), IsEmpty());
  EXPECT_EQ(core->everywhere(), told);
}

TEST_F(Takeover, ButNotForLongerThanASilence) {
  auto const core = fleet.placer();
  fleet.hosts.erase("c");
  adopt_all(*core);
  fleet.pass(Millis{2'400});
  EXPECT_THAT(core->review(), IsEmpty());
  EXPECT_EQ(core->where("I2"), "");
  fleet.pass(Millis{100});
  EXPECT_EQ(core->review().size(), 20U);
  EXPECT_NE(core->where("I2"), "");
  EXPECT_EQ(core->where("I1"), told["I1"]);
}

TEST_F(Takeover, OfACoreThatListenedForLongTheIslandsOfADeadHostMoveAtOnce) {
  auto const core = fleet.placer();
  fleet.hosts.erase("c");
  fleet.pass(Millis{10'000});
  adopt_all(*core);
  EXPECT_EQ(core->review().size(), 20U);
}

TEST_F(Takeover, WhatIsNoRoomOfOursIsNotAdopted) {
  auto const core = fleet.placer();
  fleet.pass(Millis{5'000});
  for (auto const& text : {std::string(), std::string("livekit:wss://a"),
                           std::string("offline:offline"), "ws-room:" + std::string(2'000, 'x')}) {
    core->hosts.adopt("I1", text);
    core->islands["I1"] = 1;
    EXPECT_THAT(core->review(), IsEmpty()) << text;
    EXPECT_NE(core->where("I1"), "");
    core->islands.clear();
    static_cast<void>(core->review());
  }
}

struct Mixed : Takeover {
  Mixed() {
    log::set_level(log::Level::error);
    std::vector<Carrier> carriers;
    for (std::string const name : {"wss://lk1", "wss://lk2"})
      carriers.push_back(
          {.kind = "livekit",
           .name = name,
           .backend = std::make_unique<Fixed>("livekit:" + name + "?access_token=x")});
    carriers.push_back(
        {.kind = "ws-room",
         .name = "ws-room",
         .backend = std::make_unique<RoomHosts>(RoomHosts::Parts{
             .loop = fleet.loop, .bus = fleet.bus, .metrics = metrics, .key = fleet.key})});
    std::vector<Rule> rules{*Rule::parse("livekit players>=60"), *Rule::parse("ws-room")};
    board = std::make_unique<Switchboard>(std::move(carriers), std::move(rules),
                                          SwitchboardOptions{}, metrics);
  }
  std::vector<std::string> review() {
    std::vector<IslandFacts> facts;
    for (auto const& [id, players] : islands) facts.push_back({.id = id, .players = players});
    return board->review(facts, fleet.loop.now());
  }

  Metrics metrics;
  std::unique_ptr<Switchboard> board;
  std::map<std::string, std::size_t> islands;
};

TEST_F(Mixed, ASwitchboardLeavesAdoptedIslandsOnTheirCarriersAndHosts) {
  fleet.pass(Millis{5'000});
  for (auto const& [island, host] : told) board->adopt(island, connection(island, host));
  for (auto const& [island, host] : told) islands[island] = 3;
  islands["I1"] = 55;  // no rule's slack is for who comes
  for (std::string const island : {"L1", "L2", "L3", "L4"}) {
    board->adopt(island, "livekit:wss://lk2");
    islands[island] = island == "L4" ? 50 : 70;  // within the slack of its rule
  }
  EXPECT_THAT(review(), IsEmpty());
  for (auto const& [island, host] : told) EXPECT_EQ(board->carrier(island), "ws-room ws://" + host);
  for (std::string const island : {"L1", "L2", "L3", "L4"})
    EXPECT_EQ(board->carrier(island), "livekit lk2");
}

TEST_F(Mixed, WithoutAnyRoomHostIslandsGoToTheNextCarrierAndBackAgain) {
  fleet.pass(Millis{5'000});
  islands["I1"] = 3;
  EXPECT_THAT(review(), IsEmpty());
  auto const before = board->carrier("I1");
  EXPECT_TRUE(before.starts_with("ws-room ws://")) << before;
  auto const hosts = std::exchange(fleet.hosts, {});
  fleet.pass(Millis{5'000});
  EXPECT_EQ(review(), std::vector<std::string>{"I1"});
  EXPECT_TRUE(board->carrier("I1").starts_with("livekit lk"));
  fleet.hosts = hosts;
  fleet.pass(Millis{60'000});
  EXPECT_EQ(review(), std::vector<std::string>{"I1"});
  EXPECT_EQ(board->carrier("I1"), before);
}

TEST_F(Mixed, WhatABackendMovesByItselfIsToldToo) {
  fleet.pass(Millis{5'000});
  for (auto const& [island, host] : told) islands[island] = 3;
  EXPECT_THAT(review(), IsEmpty());
  std::vector<std::string> its;
  for (auto const& [island, players] : islands)
    if (board->carrier(island) == "ws-room ws://a") its.push_back(island);
  ASSERT_FALSE(its.empty());
  fleet.kill("a");
  EXPECT_EQ(review(), its);
}

struct Hostile : ::testing::Test {
  [[nodiscard]] std::int64_t hosts() const {
    return core->metrics.value(Metric::cluster_room_hosts);
  }
  void publish(std::string const& payload) {
    fleet.bus.publish("cluster.rooms.a", payload);
    fleet.loop.run_posted();
  }

  Fleet fleet;
  std::unique_ptr<Placer> core = fleet.placer();
};

TEST_F(Hostile, WhatIsNoStatusIsRefused) {
  publish("\xff\xff\xff");
  publish("");
  publish(std::string(100'000, 'x'));
  EXPECT_EQ(hosts(), 0);
  EXPECT_EQ(core->metrics.rejected(Errc::malformed_packet), 1);
  EXPECT_EQ(core->metrics.rejected(Errc::message_too_big), 1);
}

TEST_F(Hostile, AHostSpeaksForItselfAlone) {
  fleet.say("a", {}, "b", "ws://a");
  fleet.say("", {}, "a", "ws://a");
  fleet.say("a/b", {}, "a/b", "ws://a");
  fleet.say("a b", {}, "a b", "ws://a");
  fleet.say(std::string(65, 'a'), {}, std::string(65, 'a'), "ws://a");
  fleet.loop.run_posted();
  EXPECT_EQ(hosts(), 0);
  EXPECT_EQ(core->metrics.rejected(Errc::bad_request), 5);
}

TEST_F(Hostile, ABaseThatCannotStandInAConnectionStringIsRefused) {
  std::int64_t refused = 0;
  for (std::string const url : {"", "http://a", "ws://a?b=c", "ws://a\r\nb", "ws://u@a", "ws://a:b",
                                "ws://[", "ws://a%zz"}) {
    fleet.say("a", {}, "a", url);
    fleet.loop.run_posted();
    EXPECT_EQ(core->metrics.rejected(Errc::bad_request), ++refused) << url;
  }
  fleet.say("a", {}, "a", "ws://" + std::string(300, 'a'));
  fleet.loop.run_posted();
  EXPECT_EQ(core->metrics.rejected(Errc::bad_request), ++refused);
  EXPECT_EQ(hosts(), 0);
}

TEST_F(Hostile, NobodyTakesAnothersAddress) {
  fleet.say("a", {}, "a", "ws://a/");
  fleet.say("b", {}, "b", "ws://a");
  fleet.loop.run_posted();
  EXPECT_EQ(hosts(), 1);
  core->islands["I1"] = 1;
  static_cast<void>(core->review());
  fleet.say("b", {.draining = true}, "b", "ws://a");
  fleet.loop.run_posted();
  EXPECT_THAT(core->review(), IsEmpty());
}

TEST_F(Hostile, ThereAreOnlySoManyHosts) {
  for (int i = 0; i < 1'000; ++i) fleet.say("h" + std::to_string(i), {});
  fleet.loop.run_posted();
  EXPECT_EQ(hosts(), 256);
  EXPECT_EQ(core->metrics.rejected(Errc::overloaded), 744);
  fleet.pass(Millis{5'000});
  EXPECT_EQ(hosts(), 0);
}

}  // namespace
}  // namespace archipelago::adapters
