// Islands that go from one backend to another, and players who come back.
#include <gtest/gtest.h>

#include "islands/service.hpp"
#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::World;

TEST(MovedIslands, EveryMemberIsToldOnceAndNobodyElse) {
  World world;
  for (unsigned const player : {1U, 2U}) world.beat(player, {0, 0, 0});
  world.beat(3, {5000, 0, 0});
  world.settle();
  world.news();
  world.backend.moving.insert(world.island_of(1));
  world.settle();
  auto const news = world.news();
  ASSERT_EQ(news.size(), 2U);
  for (auto const& told : news) {
    EXPECT_EQ(told.message.island_id(), world.island_of(1));
    EXPECT_EQ(told.message.from_island_id(), world.island_of(1));
    EXPECT_EQ(told.message.peers_size(), 2);
    EXPECT_FALSE(told.message.conn_str().empty());
  }
  world.settle();
  EXPECT_TRUE(world.news().empty());
}

TEST(MovedIslands, NobodyIsAnnouncedAsANewcomer) {
  World world;
  world.beat(1, {0, 0, 0});
  world.settle();
  auto const island = world.island_of(1);
  auto const joins = world.heard[bus::subjects::client_island_peer_join(island)].size();
  world.backend.moving.insert(island);
  world.settle();
  EXPECT_EQ(world.news().size(), 2U);
  EXPECT_EQ(world.heard[bus::subjects::client_island_peer_join(island)].size(), joins);
}

TEST(MovedIslands, AMemberWithoutAConnectionStringIsToldAsSoonAsThereIsOne) {
  World world;
  world.beat(1, {0, 0, 0});
  world.settle();
  world.news();
  world.backend.moving.insert(world.island_of(1));
  world.backend.failing.insert(address(1));
  world.settle();
  EXPECT_TRUE(world.news().empty());
  world.backend.failing.clear();
  world.settle();
  EXPECT_EQ(world.news().size(), 1U);
}

TEST(MovedIslands, TheBackendSeesEveryIslandBeforeItsPlayersAreTold) {
  World world;
  world.beat(1, {160, 0, -32});
  world.beat(2, {162, 0, -30});
  world.settle();
  ASSERT_EQ(world.backend.seen.size(), 1U);
  EXPECT_EQ(world.backend.seen[0].players, 2U);
  EXPECT_EQ(world.backend.seen[0].x, 161);
  EXPECT_EQ(world.backend.seen[0].z, -31);
}

TEST(MovedIslands, WhoLogsInAgainIsGivenAFreshConnectionString) {
  World world;
  world.beat(1, {0, 0, 0});
  world.settle();
  world.news();
  auto const asked = world.backend.asked;
  world.connect(1);
  world.beat(1, {0, 0, 0});
  world.settle();
  EXPECT_EQ(world.news().size(), 1U);
  EXPECT_EQ(world.backend.asked, asked + 1);
}

}  // namespace
}  // namespace archipelago::islands
