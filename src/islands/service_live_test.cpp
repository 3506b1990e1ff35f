// The service with the default policy: newcomers between two flushes, wishes, and why.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::Policy;
using testing::World;

struct Crowd : World {
  explicit Crowd(std::uint32_t max_peers = 100)
      : World({}, {.join_distance = 64, .leave_distance = 80, .max_peers = max_peers},
              Policy::crowd) {}

  std::int64_t count(Metric metric) const { return metrics.value(metric); }

  /// What the explainer answers once the loop has run.
  Explained why(std::string const& island) {
    Explained answer;
    bool answered = false;
    service->explainer().ask_members(island, [&](Explained const& e) {
      answer = e;
      answered = true;
    });
    advance(Millis{0});
    EXPECT_TRUE(answered);
    return answer;
  }
};

TEST(LiveIslands, ASnapshotTellsSinceWhenAnIslandIsThereAndWhatCarriesIt) {
  Crowd world;
  world.beat(1, {});
  world.settle();
  auto const first = world.service->snapshot()->islands.at(0);
  EXPECT_EQ(first.backend, "carrier of " + first.id) << "from its first moment on";
  world.beat(1, {5, 0, 0});
  world.beat(2, {5'000, 0, 0});
  world.settle();
  auto const later = world.service->snapshot();
  ASSERT_EQ(later->islands.size(), 2U);
  EXPECT_EQ(later->islands[0].since, first.since);
  EXPECT_GT(later->islands[1].since, first.since);
}

TEST(LiveIslands, ANewcomerIsPlacedBetweenFlushesAndToldWithin150Milliseconds) {
  Crowd world;
  world.beat(0, {});  // before the first flush there is no map to place anybody by
  world.settle();
  world.news();
  auto const flushes = world.count(Metric::flushes);
  auto const began = world.loop.now().since_origin;
  world.beat(1, {10, 0, 0});
  world.beat(2, {5'000, 0, 0});
  world.advance(Millis{150});
  auto const news = world.news();
  ASSERT_EQ(news.size(), 2U);
  for (auto const& told : news) EXPECT_LE((told.at - began).count(), 150);
  EXPECT_EQ(world.count(Metric::flushes), flushes) << "no flush was needed";
  EXPECT_EQ(world.count(Metric::placements), 1);
  EXPECT_EQ(world.island_of(1), world.island_of(0));
  EXPECT_NE(world.island_of(2), world.island_of(0));
  world.settle();
  EXPECT_TRUE(world.news().empty());
}

TEST(LiveIslands, MoreNewcomersThanCanBePlacedAreToldByAnEarlyFlush) {
  Crowd world;
  world.beat(0, {});
  world.settle();
  world.news();
  auto const flushes = world.count(Metric::flushes);
  for (unsigned player = 1; player <= 1'000; ++player) world.beat(player, {});
  world.advance(Millis{150});
  EXPECT_EQ(world.count(Metric::flushes), flushes + 1);
  std::set<std::string> told;
  for (auto const& one : world.news()) told.insert(one.player.str());
  EXPECT_GE(told.size(), 1'000U);
}

TEST(LiveIslands, OnOneSpotEverybodyIsOnOneIslandAndNoIslandIsAboveTheCap) {
  Crowd world(20);
  std::map<std::string, std::string> island_of;
  for (unsigned player = 0; player < 300; ++player) {
    world.beat(player, {1, 0, 1});
    world.advance(Millis{7});
    for (auto const& told : world.news()) {
      EXPECT_LE(told.message.peers_size(), 20);
      island_of[told.player.str()] = told.message.island_id();
    }
  }
  world.settle();
  for (auto const& told : world.news()) island_of[told.player.str()] = told.message.island_id();
  EXPECT_EQ(island_of.size(), 300U);
  auto const now = world.service->snapshot();
  EXPECT_EQ(now->players, 300U);
  for (auto const& island : now->islands) {
    EXPECT_LE(island.peers.size(), 20U);
    for (auto const& peer : island.peers) EXPECT_EQ(island_of[peer.address.str()], island.id);
  }
}

TEST(LiveIslands, OfAPlayersPositionsTheLatestCounts) {
  Crowd world;
  for (float const x : {1.0F, 5'000.0F, 2.0F, 3.0F}) world.beat(1, {x, 0, 0});
  world.settle();
  EXPECT_EQ(world.service->snapshot()->islands.at(0).peers.at(0).at.x, 3.0F);
}

TEST(LiveIslands, AFriendTwoKilometresAwayJoinsByItsWishAndGoesWhenItWithdrawsIt) {
  Crowd world;
  world.beat(1, {});
  world.beat(2, {2'000, 0, 0});
  world.settle();
  auto const friends = world.island_of(1);
  world.beat(2, {2'000, 0, 0}, friends);
  world.settle();
  EXPECT_EQ(world.island_of(2), friends);
  world.beat(2, {2'100, 0, 0});  // without the field the wish stands
  world.settle();
  EXPECT_EQ(world.island_of(2), friends);
  world.advance(Millis{10'000});
  world.beat(2, {2'100, 0, 0}, "");
  world.settle();
  EXPECT_NE(world.island_of(2), friends);
  EXPECT_EQ(world.count(Metric::wishes_asked), 1);
  EXPECT_EQ(world.count(Metric::wishes_honoured), 1);
  EXPECT_EQ(world.service->snapshot()->wishes.honoured, 1U);
}

TEST(LiveIslands, AWishForAFullIslandWaitsAndIsRefusedWithItsReason) {
  Crowd world(2);
  for (unsigned player : {1U, 2U}) world.beat(player, {});
  world.beat(3, {2'000, 0, 0});
  world.settle();
  auto const full = world.island_of(1);
  ASSERT_EQ(world.island_of(2), full);
  world.beat(3, {2'000, 0, 0}, full);
  world.settle();
  EXPECT_EQ(world.count(Metric::wishes_waiting), 1);
  world.advance(Millis{34'000});
  EXPECT_NE(world.island_of(3), full);
  EXPECT_EQ(world.count(Metric::wishes_waiting), 0);
  EXPECT_EQ(world.count(Metric::wishes_refused_full), 1);
  EXPECT_EQ(world.service->snapshot()->wishes.refused.at(0), 1U);
}

TEST(LiveIslands, WishesThatCannotBeAreRefusedAndTakenBackOnesWithdrawn) {
  Crowd world(1);
  world.beat(1, {});
  world.beat(2, {2'000, 0, 0}, "nowhere");
  world.beat(3, {4'000, 0, 0});
  world.settle();
  world.settle();
  EXPECT_EQ(world.count(Metric::wishes_refused_unknown_island), 1);
  world.beat(3, {4'000, 0, 0}, world.island_of(1));
  world.settle();
  world.beat(3, {4'000, 0, 0}, "");
  world.settle();
  EXPECT_EQ(world.count(Metric::wishes_withdrawn), 1);
  EXPECT_EQ(world.count(Metric::wishes_asked), 2);
}

TEST(LiveIslands, AnIslandsMembersAreExplained) {
  Crowd world;
  for (unsigned player : {1U, 2U}) world.beat(player, {});
  world.settle();
  auto const answer = world.why(world.island_of(1));
  EXPECT_TRUE(answer.complete);
  ASSERT_EQ(answer.players.size(), 2U);
  EXPECT_EQ(answer.players[0].island, world.island_of(1));
  ASSERT_EQ(answer.players[0].nearest.size(), 1U);
  EXPECT_EQ(answer.players[0].nearest[0].apart, engine::Apart::together);
  EXPECT_TRUE(world.why("nowhere").players.empty());
}

TEST(LiveIslands, ALargeIslandIsExplainedInSlicesBetweenWhichFlushesPass) {
  Crowd world(1'000);
  for (unsigned player = 0; player < 150; ++player) world.beat(player, {});
  world.settle();
  world.lap = std::chrono::microseconds{3'000};  // each member takes a slice of its own
  std::vector<Explained> answers;
  auto& explainer = world.service->explainer();
  ASSERT_TRUE(
      explainer.ask_members(world.island_of(0), [&](Explained const& e) { answers.push_back(e); }));
  EXPECT_FALSE(explainer.ask_player(address(1), [](Explained const&) { FAIL(); }));
  EXPECT_TRUE(answers.empty());
  world.disconnect(149);
  world.settle();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(answers[0].complete);
  EXPECT_EQ(answers[0].players.size(), kMostExplained);
  EXPECT_TRUE(explainer.ask_player(address(1), [](Explained const&) {})) << "the next one may ask";
}

TEST(LiveIslands, AQuestionDiesWithTheService) {
  Crowd world;
  world.beat(1, {});
  world.settle();
  bool answered = false;
  world.service->explainer().ask_player(address(1), [&](Explained const&) { answered = true; });
  world.service.reset();
  world.settle();
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace archipelago::islands
