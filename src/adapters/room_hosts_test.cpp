// Where islands go among hosts of rooms, and when they move.
#include "adapters/room_hosts.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/room_hosts_fixture.hpp"

namespace archipelago::adapters {
namespace {

using testing::Fleet;
using ::testing::IsEmpty;
using testing::Placer;

Address const kPlayer = *Address::parse("0x" + std::string(40, 'a'));

std::string name(int i) {
  return "I" + std::to_string(i);
}

struct RoomHostsTest : ::testing::Test {
  void three_hosts() {
    fleet.hosts = {{"a", {}}, {"b", {}}, {"c", {}}};
    fleet.pass(Millis{0});
  }
  void islands(int count, std::size_t players = 5) {
    for (int i = 0; i < count; ++i) one->islands[name(i)] = players;
  }
  std::vector<std::string> on(std::string const& host) const {
    std::vector<std::string> found;
    for (auto const& [island, where] : one->everywhere())
      if (where == host) found.push_back(island);
    return found;
  }

  Fleet fleet;
  std::unique_ptr<Placer> one = fleet.placer();
};

TEST_F(RoomHostsTest, EveryPlayerOfAnIslandIsSentToItsHost) {
  three_hosts();
  islands(20);
  EXPECT_THAT(one->review(), IsEmpty());
  for (auto const& [island, host] : one->everywhere()) {
    ASSERT_NE(host, "");
    auto const text = one->hosts.connection_string(island, kPlayer, {});
    ASSERT_TRUE(text);
    auto const head = "ws-room:ws://" + host + "/rooms/" + island + "?access_token=";
    EXPECT_EQ(text->substr(0, head.size()), head);
  }
}

TEST_F(RoomHostsTest, TokensCarryTheEpochOfTheirMoment) {
  three_hosts();
  for (std::uint64_t const epoch : {std::uint64_t{7}, std::uint64_t{8}}) {
    one->epoch = epoch;
    auto const text = *one->hosts.connection_string("I1", kPlayer, {});
    EXPECT_EQ(fleet.key.verify(text.substr(text.find('=') + 1), "I1", kPlayer, {}), epoch);
  }
}

TEST_F(RoomHostsTest, AThousandIslandsAreSpreadByCapacity) {
  fleet.hosts = {{"a", {.capacity = 2'000}},
                 {"b", {.capacity = 4'000}},
                 {"c", {.capacity = 8'000}},
                 {"d", {.capacity = 2'000}}};
  fleet.pass(Millis{0});
  std::size_t players = 0;
  for (int i = 0; i < 1'000; ++i)
    players += one->islands[name(i)] = 1 + static_cast<std::size_t>(i) % 20;
  EXPECT_THAT(one->review(), IsEmpty());
  for (auto const& [host, load] : one->loads()) {
    auto const share =
        static_cast<double>(players) * static_cast<double>(fleet.hosts.at(host).capacity) / 16'000;
    EXPECT_LE(static_cast<double>(load), 1.25 * share) << host;
    EXPECT_GE(static_cast<double>(load), 0.6 * share) << host;
  }
}

TEST_F(RoomHostsTest, AFewLargeIslandsAreNotHeapedOntoOneHost) {
  for (char host = 'a'; host < 'k'; ++host) fleet.hosts[std::string(1, host)] = {};
  fleet.pass(Millis{0});
  islands(20, 100);
  static_cast<void>(one->review());
  for (auto const& [host, load] : one->loads()) EXPECT_EQ(load, 200U) << host;
}

TEST_F(RoomHostsTest, AFullHostTakesNothingNewWhileAnotherHasRoom) {
  fleet.hosts = {{"a", {.capacity = 10}}, {"b", {.capacity = 100}}};
  fleet.pass(Millis{0});
  islands(10, 10);
  static_cast<void>(one->review());
  EXPECT_EQ(one->loads()["a"], 10U);
  EXPECT_EQ(one->loads()["b"], 90U);
  one->islands[name(10)] = 10;
  one->islands[name(11)] = 10;
  static_cast<void>(one->review());
  EXPECT_NE(one->where(name(11)), "") << "when all are full, they are fuller";
}

TEST_F(RoomHostsTest, EveryProcessWithTheSameViewMakesTheSameChoice) {
  auto const other = fleet.placer();
  three_hosts();
  islands(200);
  other->islands = one->islands;
  static_cast<void>(one->review());
  static_cast<void>(other->review());
  EXPECT_EQ(one->everywhere(), other->everywhere());
  fleet.kill("b");
  static_cast<void>(one->review());
  static_cast<void>(other->review());
  EXPECT_EQ(one->everywhere(), other->everywhere());
  EXPECT_EQ(one->hosts.connection_string("lobby", kPlayer, {}).value(),
            other->hosts.connection_string("lobby", kPlayer, {}).value());
}

TEST_F(RoomHostsTest, AHostThatComesMovesNobodyAndTakesWhatIsNew) {
  three_hosts();
  islands(90);
  static_cast<void>(one->review());
  auto const before = one->everywhere();
  fleet.hosts["d"] = {};
  fleet.pass(Millis{10'000});
  EXPECT_THAT(one->review(), IsEmpty());
  EXPECT_EQ(one->everywhere(), before);
  for (int i = 90; i < 120; ++i) one->islands[name(i)] = 5;
  EXPECT_THAT(one->review(), IsEmpty());
  EXPECT_GT(on("d").size(), 5U);
}

TEST_F(RoomHostsTest, OnlyTheIslandsOfAHostThatDiedMoveAndStayAwayWhenItIsBack) {
  three_hosts();
  islands(90);
  static_cast<void>(one->review());
  auto const before = one->everywhere();
  auto const its = on("b");
  ASSERT_GT(its.size(), 10U);
  fleet.kill("b");
  EXPECT_EQ(one->metrics.value(Metric::cluster_room_hosts), 2);
  EXPECT_EQ(one->metrics.value(Metric::cluster_room_hosts_lost), 1);
  EXPECT_EQ(one->hosts.connection_string(its[0], kPlayer, {}).error().code, Errc::upstream_failed)
      << "until its players are all sent elsewhere";
  EXPECT_EQ(one->review(), its);
  EXPECT_EQ(one->metrics.value(Metric::islands_moved_failed), std::ssize(its));
  for (auto const& [island, host] : before)
    if (host != "b") EXPECT_EQ(one->where(island), host);
  EXPECT_THAT(on("b"), IsEmpty());
  fleet.hosts["b"] = {};
  fleet.pass(Millis{5'000});
  EXPECT_THAT(one->review(), IsEmpty());
  EXPECT_THAT(on("b"), IsEmpty());
}

TEST_F(RoomHostsTest, AHostDiesOfTwoAndAHalfSecondsOfSilence) {
  three_hosts();
  fleet.hosts.clear();
  fleet.loop.advance(Millis{2'499});
  EXPECT_EQ(one->metrics.value(Metric::cluster_room_hosts), 3);
  fleet.loop.advance(Millis{250});
  EXPECT_EQ(one->metrics.value(Metric::cluster_room_hosts), 0);
}

TEST_F(RoomHostsTest, AHostThatDrainsIsRidOfItsIslandsAndTakesNothingNew) {
  three_hosts();
  islands(90);
  static_cast<void>(one->review());
  auto const its = on("a");
  fleet.hosts["a"].draining = true;
  fleet.pass(Millis{0});
  EXPECT_TRUE(one->hosts.connection_string(its[0], kPlayer, {})) << "it is still up";
  EXPECT_EQ(one->review(), its);
  for (int i = 90; i < 200; ++i) one->islands[name(i)] = 5;
  EXPECT_THAT(one->review(), IsEmpty());
  EXPECT_THAT(on("a"), IsEmpty());
  fleet.kill("a");
  EXPECT_EQ(one->metrics.value(Metric::cluster_room_hosts_lost), 0) << "it left in order";
  EXPECT_THAT(one->review(), IsEmpty());
}

TEST_F(RoomHostsTest, WhenAllDrainIslandsStayAndNewOnesWait) {
  fleet.hosts = {{"a", {}}};
  fleet.pass(Millis{5'000});
  islands(3);
  static_cast<void>(one->review());
  fleet.hosts["a"].draining = true;
  fleet.pass(Millis{0});
  one->islands["new"] = 1;
  EXPECT_THAT(one->review(), IsEmpty());
  EXPECT_EQ(on("a").size(), 3U);
  EXPECT_FALSE(one->hosts.connection_string("new", kPlayer, {}));
  EXPECT_FALSE(one->hosts.alive());
  fleet.hosts["b"] = {};
  fleet.pass(Millis{0});
  EXPECT_EQ(one->review().size(), 3U);
  EXPECT_EQ(on("b").size(), 4U);
}

TEST_F(RoomHostsTest, WithoutAHostPlayersWait) {
  islands(3);
  EXPECT_THAT(one->review(), IsEmpty());
  auto const refused = one->hosts.connection_string("I1", kPlayer, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::upstream_failed);
  EXPECT_FALSE(one->hosts.connection_string("lobby", kPlayer, {}));
  three_hosts();
  EXPECT_THAT(one->review(), IsEmpty()) << "nobody was told where they are";
  EXPECT_TRUE(one->hosts.connection_string("I1", kPlayer, {}));
}

TEST_F(RoomHostsTest, TheIslandsOfAnOnlyHostAreToldAgainWhenItIsBack) {
  fleet.hosts = {{"a", {}}};
  fleet.pass(Millis{0});
  islands(3);
  static_cast<void>(one->review());
  fleet.kill("a");
  EXPECT_THAT(one->review(), IsEmpty()) << "there is nowhere to go";
  fleet.hosts["a"] = {};
  fleet.pass(Millis{0});
  EXPECT_EQ(one->review().size(), 3U) << "their connections broke with it";
}

TEST_F(RoomHostsTest, WhileMessagesDoNotPassNobodyMoves) {
  three_hosts();
  islands(30);
  static_cast<void>(one->review());
  auto const before = one->everywhere();
  fleet.bus.cut();
  fleet.pass(Millis{60'000});
  EXPECT_THAT(one->review(), IsEmpty());
  fleet.bus.mend();
  fleet.loop.advance(Millis{2'400});
  EXPECT_THAT(one->review(), IsEmpty()) << "they may not have been heard yet";
  fleet.pass(Millis{1'000});
  EXPECT_THAT(one->review(), IsEmpty());
  EXPECT_EQ(one->everywhere(), before);
  fleet.bus.cut();
  fleet.pass(Millis{60'000});
  fleet.bus.mend();
  fleet.loop.advance(Millis{3'000});
  EXPECT_EQ(one->metrics.value(Metric::cluster_room_hosts), 0) << "and now they were not";
}

TEST_F(RoomHostsTest, AProcessThatStoodStillHoldsNobodyForDead) {
  class Stalled final : public Loop {
   public:
    [[nodiscard]] Instant now() const override { return inner.now() + stood_still; }
    [[nodiscard]] WallTime wall_now() const override { return inner.wall_now(); }
    void post(Task task) override { inner.post(std::move(task)); }
    TimerId start_timer(Millis delay, Task task) override {
      return inner.start_timer(delay, std::move(task));
    }
    void cancel_timer(TimerId id) override { inner.cancel_timer(id); }
    VirtualLoop inner;
    Millis stood_still{0};
  } loop;
  fleet.loop.advance(Millis{60'000});  // of the bus
  Metrics metrics;
  RoomHosts hosts({.loop = loop, .bus = fleet.bus, .metrics = metrics, .key = fleet.key});
  fleet.say("a", {});
  loop.inner.advance(Millis{200});
  loop.stood_still = Millis{60'000};
  loop.inner.advance(Millis{1'000});
  EXPECT_EQ(metrics.value(Metric::cluster_room_hosts), 1);
  loop.inner.advance(Millis{2'000});
  EXPECT_EQ(metrics.value(Metric::cluster_room_hosts), 0);
}

TEST_F(RoomHostsTest, AHostWithAnotherAddressIsAnotherHost) {
  three_hosts();
  islands(30);
  static_cast<void>(one->review());
  auto const its = on("a");
  fleet.say("a", {}, "a", "ws://elsewhere");
  fleet.loop.run_posted();
  EXPECT_EQ(one->review(), its);
}

TEST_F(RoomHostsTest, IslandsThatAreGoneAreForgotten) {
  three_hosts();
  islands(3);
  static_cast<void>(one->review());
  one->islands.clear();
  static_cast<void>(one->review());
  EXPECT_EQ(one->where("I1"), "");
}

TEST_F(RoomHostsTest, ItsCapacityIsThatOfThoseWhoTakeIslands) {
  fleet.hosts = {{"a", {.capacity = 100}}, {"b", {.capacity = 50}}, {"c", {.capacity = 7}}};
  fleet.pass(Millis{0});
  EXPECT_EQ(one->hosts.capacity(), 157U);
  fleet.hosts["a"].draining = true;
  fleet.pass(Millis{0});
  EXPECT_EQ(one->hosts.capacity(), 57U);
  fleet.hosts["d"] = {};
  fleet.pass(Millis{0});
  EXPECT_EQ(one->hosts.capacity(), 0U) << "no limit";
}

}  // namespace
}  // namespace archipelago::adapters
