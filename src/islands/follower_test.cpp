// What a process that only listens knows.
#include "islands/follower.hpp"

#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
namespace v3 = testing::v3;

struct Listening {
  explicit Listening(Options options = {})
      : follower(Follower::Parts{.loop = loop, .bus = bus, .metrics = metrics},
                 std::move(options)) {}

  void beat(unsigned player, engine::Position at) {
    bus.publish(bus::subjects::peer_heartbeat(address(player)), testing::heartbeat(at));
  }
  /// As a known core says after a flush.
  void islands(std::map<std::string, std::vector<unsigned>> const& all, std::uint64_t epoch = 0) {
    v3::IslandStatusMessage message;
    for (auto const& [id, players] : all) {
      auto& island = *message.add_data();
      island.set_id(id);
      island.set_max_peers(42);
      for (auto const player : players) island.add_peers(address(player).str());
    }
    bus.publish("engine.islands", wire::encode(message), epoch);
  }
  std::string island_of(unsigned player) const {
    for (auto const& island : follower.snapshot()->islands)
      for (auto const& peer : island.peers)
        if (peer.address == address(player)) return island.id;
    return {};
  }
  void settle() { loop.advance(Millis{2'000}); }

  VirtualLoop loop;
  Metrics metrics;
  bus::InProcessBus bus{metrics};
  Follower follower;
};

TEST(Follower, OfKnownServicesAloneKnowsWhoIsWhere) {
  Listening world;
  EXPECT_TRUE(world.follower.snapshot()->islands.empty());
  world.beat(1, {0, 1, 0});
  world.beat(2, {8, 1, 6});
  world.beat(3, {500, 0, 0});
  world.islands({{"I10", {3}}, {"I9", {1, 2}}});
  world.settle();
  auto const snapshot = world.follower.snapshot();
  EXPECT_EQ(snapshot->players, 3U);
  ASSERT_EQ(snapshot->islands.size(), 2U);
  auto const& first = snapshot->islands[0];
  EXPECT_EQ(first.id, "I9") << "the older one";
  EXPECT_EQ(first.max_peers, 42U);
  ASSERT_EQ(first.peers.size(), 2U);
  EXPECT_EQ(first.peers[1].address, address(2));
  EXPECT_EQ(first.peers[1].at, (engine::Position{8, 1, 6}));
  EXPECT_EQ(first.centre_x, 4);
  EXPECT_EQ(first.centre_z, 3);
  EXPECT_EQ(first.radius, 5);
  EXPECT_EQ(first.since.ms_since_epoch, 1'700'000'002'000);
  world.islands({{"I10", {3, 2}}, {"I9", {1}}});
  world.beat(2, {499, 0, 0});
  world.settle();
  EXPECT_EQ(world.island_of(2), "I10");
  EXPECT_EQ(world.follower.snapshot()->islands[0].since.ms_since_epoch, 1'700'000'002'000);
}

TEST(Follower, AnEpochFromTheFarFutureShutsNobodyOut) {
  Listening world;
  auto const now = static_cast<std::uint64_t>(world.loop.wall_now().ms_since_epoch);
  world.beat(1, {});
  world.islands({{"I1", {1}}}, now);
  for (auto const epoch : {now + 2 * 86'400'000, std::uint64_t{UINT64_MAX}}) {
    world.islands({{"I9", {1}}}, epoch);
    world.settle();
    EXPECT_EQ(world.island_of(1), "I1");
  }
  EXPECT_EQ(world.metrics.value(Metric::cluster_fenced), 2);
  world.islands({{"I2", {1}}}, now + 1);
  world.islands({{"I3", {1}}}, now);
  world.settle();
  EXPECT_EQ(world.island_of(1), "I2");
}

TEST(Follower, AKnownCoreIsListenedToWhenOursHaveBeenSilent) {
  Listening world;
  world.beat(1, {});
  world.islands({{"I1", {1}}}, 7);
  world.islands({{"I2", {1}}});
  world.settle();
  EXPECT_EQ(world.island_of(1), "I1");
  world.loop.advance(kCoreSilence);
  world.islands({{"I2", {1}}});
  world.settle();
  EXPECT_EQ(world.island_of(1), "I2");
}

TEST(Follower, WhoDisconnectsOrFallsSilentIsGone) {
  Listening world;
  for (unsigned const p : {1U, 2U}) world.beat(p, {});
  world.islands({{"I1", {1, 2}}});
  world.settle();
  world.bus.publish(bus::subjects::peer_disconnect(address(1)), "");
  world.settle();
  EXPECT_EQ(world.island_of(1), "");
  EXPECT_EQ(world.island_of(2), "I1");
  world.loop.advance(Millis{60'000});
  EXPECT_EQ(world.follower.players(), 0U);
  EXPECT_TRUE(world.follower.snapshot()->islands.empty());
}

TEST(Follower, RemembersWhereIslandsAreButNoSecrets) {
  Listening world;
  world.beat(1, {});
  world.beat(2, {});
  auto const announce = [&](unsigned player, std::string const& where) {
    v3::IslandChangedMessage message;
    message.set_island_id("I1");
    message.set_conn_str(where);
    (*message.mutable_peers())[address(1).str()].set_x(1);
    world.bus.publish(bus::subjects::island_changed(address(player)), wire::encode(message), 5);
  };
  announce(1, "ws-room:wss://old.example/rooms/I1?access_token=secret1");
  announce(2, "ws-room:wss://new.example/rooms/I1?access_token=secret2");
  world.settle();
  auto const knowledge = world.follower.hand_over();
  ASSERT_EQ(knowledge.connections.size(), 1U);
  EXPECT_EQ(knowledge.connections.at("I1"), "ws-room:wss://new.example/rooms/I1");
}

TEST(Follower, IsBounded) {
  Listening world({.max_players = 3});
  for (unsigned p = 0; p < 10; ++p) world.beat(p, {});
  std::map<std::string, std::vector<unsigned>> many;
  for (unsigned i = 0; i < 200; ++i) many["I" + std::to_string(i)] = {i + 100};
  world.islands(many);
  world.settle();
  EXPECT_EQ(world.follower.players(), 3U);
  EXPECT_GT(world.metrics.rejected(Errc::realm_full), 0);
}

TEST(Follower, WrongOptionsStopTheStart) {
  EXPECT_THROW(Listening({.max_players = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace archipelago::islands
