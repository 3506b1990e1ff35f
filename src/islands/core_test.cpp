// Cores that take over from one another, and what players hear of it: nothing.
#include "islands/core.hpp"

#include <gtest/gtest.h>

#include "islands/cluster_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::Cluster;
using testing::Policy;

/// Groups of ten, far from one another, over both gateways.
void fill(Cluster& cluster, unsigned players) {
  for (unsigned p = 0; p < players; ++p)
    cluster.gate(p % 2).login(p, {static_cast<float>(p / 10 * 500), 0, static_cast<float>(p % 10)});
}

class Takeover : public ::testing::TestWithParam<Policy> {};

TEST_P(Takeover, KeepsEverybodyAndAnnouncesNothing) {
  Cluster cluster({}, GetParam());
  cluster.lead(0);
  fill(cluster, 100);
  cluster.advance(Millis{6'000});
  auto const before = cluster.told();
  ASSERT_EQ(before.size(), 100U);
  EXPECT_EQ(before, cluster.nodes[0]->islands());
  auto const announced = cluster.announcements();
  cluster.lead(1);
  EXPECT_TRUE(cluster.core(1).leading());
  EXPECT_FALSE(cluster.core(0).leading());
  EXPECT_EQ(cluster.core(0).epoch(), 0U);
  cluster.advance(Millis{10'000});
  EXPECT_EQ(cluster.told(), before);
  EXPECT_EQ(cluster.announcements(), announced);
  EXPECT_EQ(cluster.nodes[1]->islands(), before);
  EXPECT_EQ(cluster.nodes[1]->metrics.value(Metric::island_changes), 0);
  EXPECT_EQ(cluster.nodes[1]->metrics.value(Metric::cluster_adopted), 100);
  EXPECT_EQ(cluster.nodes[1]->metrics.value(Metric::cluster_takeovers), 1);
}

TEST_P(Takeover, OfACoreThatHasOnlyBegunToListenKeepsThemAsWell) {
  Cluster cluster({}, GetParam());
  cluster.lead(0);
  fill(cluster, 60);
  cluster.advance(Millis{6'000});
  auto const before = cluster.told();
  cluster.nodes.push_back(
      std::make_unique<testing::Node>(cluster.network, "core-c", Options{}, GetParam()));
  cluster.lead(2);
  cluster.advance(Millis{10'000});
  EXPECT_EQ(cluster.told(), before);
  EXPECT_EQ(cluster.nodes[2]->islands(), before);
  EXPECT_EQ(cluster.nodes[2]->metrics.value(Metric::island_changes), 0);
}

TEST_P(Takeover, NeverGivesAnIdTwice) {
  Cluster cluster({}, GetParam());
  cluster.lead(0);
  fill(cluster, 10);
  cluster.advance(Millis{3'000});
  cluster.lead(1);
  cluster.gate(0).login(77, {9'000, 0, 9'000});
  cluster.advance(Millis{3'000});
  EXPECT_NE(cluster.gate(0).told(77), "");
  EXPECT_NE(cluster.gate(0).told(77), cluster.gate(0).told(0));
}

INSTANTIATE_TEST_SUITE_P(Policies, Takeover, ::testing::Values(Policy::crowd, Policy::reference),
                         [](auto const& which) {
                           return which.param == Policy::crowd ? "Crowd" : "Reference";
                         });

TEST(Cores, WhoLogsInWhileNobodyLeadsIsPlacedAfterwards) {
  Cluster cluster;
  cluster.lead(0);
  fill(cluster, 20);
  cluster.advance(Millis{3'000});
  cluster.nodes[0]->lease.take();
  cluster.advance(Millis{1'000});
  cluster.gate(0).login(50, {5'000, 0, 0});
  cluster.advance(Millis{2'000});
  EXPECT_EQ(cluster.gate(0).told(50), "");
  cluster.lead(1);
  cluster.advance(Millis{200});
  EXPECT_NE(cluster.gate(0).told(50), "");
  EXPECT_EQ(cluster.nodes[1]->metrics.value(Metric::island_changes), 1);
}

TEST(Cores, ANewcomerIsToldItsIslandAsFastAsWithOneCore) {
  Cluster cluster;
  cluster.advance(Millis{2'000});
  cluster.lead(0);
  cluster.advance(Millis{777});
  cluster.gate(0).login(1, {});
  cluster.advance(Millis{150});
  EXPECT_NE(cluster.gate(0).told(1), "");
}

TEST(Cores, AnnouncementsCarryTheEpochAndTheLeaderTellsOfItselfFourTimesASecond) {
  Cluster cluster;
  std::map<std::string, std::set<std::uint64_t>> epochs;
  int statuses = 0;
  auto const ears = cluster.gate(0).line().open(cluster.loop, {});
  auto const all = ears->subscribe(">", [&](bus::Message const& m) {
    epochs[m.subject].insert(m.epoch);
    if (m.subject != "cluster.core") return;
    ++statuses;
    auto const status = wire::decode<cluster::CoreStatus>(m.payload, 1'000);
    EXPECT_EQ(status->core(), "core-a");
    EXPECT_EQ(status->epoch(), cluster.epoch);
  });
  cluster.advance(Millis{2'000});
  EXPECT_EQ(statuses, 0);
  cluster.lead(0);
  cluster.gate(0).login(1, {});
  cluster.advance(Millis{4'000});
  EXPECT_NEAR(statuses, 16, 1);
  std::set<std::uint64_t> const ours{cluster.epoch};
  auto const island = cluster.gate(0).told(1);
  EXPECT_EQ(epochs[bus::subjects::island_changed(address(1))], ours);
  EXPECT_EQ(epochs[bus::subjects::client_island_changed(address(1))], ours);
  EXPECT_EQ(epochs[bus::subjects::client_island_peer_join(island)], ours);
  EXPECT_EQ(epochs["engine.islands"], ours);
  EXPECT_EQ(epochs["engine.discovery"], ours);
  EXPECT_EQ(epochs["service.discovery"], ours);
}

TEST(Cores, WithoutAMandateNothingIsDoneAndNobodyIsForgotten) {
  Cluster cluster;
  cluster.lead(0);
  fill(cluster, 20);
  cluster.advance(Millis{3'000});
  auto const before = cluster.told();
  auto const flushes = cluster.nodes[0]->metrics.value(Metric::flushes);
  // As a process sees it that slept past its lease: it is told later.
  auto& lease = cluster.nodes[0]->lease;
  lease.take();
  cluster.gate(0).login(50, {5'000, 0, 0});
  EXPECT_FALSE(cluster.core(0).leading());
  cluster.advance(Millis{10'000});
  EXPECT_EQ(cluster.nodes[0]->metrics.value(Metric::flushes), flushes);
  EXPECT_EQ(cluster.gate(0).told(50), "");
  cluster.lead(0);
  cluster.advance(Millis{3'000});
  auto after = cluster.told();
  EXPECT_NE(after.extract(address(50).str()).mapped(), "");
  EXPECT_EQ(after, before);
}

TEST(Cores, BackendsHearWhereTheIslandsAreBeforeAnybodyIsTold) {
  Cluster cluster;
  cluster.lead(0);
  fill(cluster, 30);
  cluster.advance(Millis{3'000});
  cluster.lead(1);
  std::map<std::string, std::string> expected;
  for (auto const& [who, island] : cluster.told()) expected[island] = "fake:" + island;
  EXPECT_EQ(cluster.nodes[1]->backend.adopted, expected);
}

TEST(Cores, BackendsHearItAlsoFromGatewaysOfIslandsThatWereToldBeforeTheCoreBegan) {
  for (auto const listens : {Millis{2'000}, Millis{0}}) {
    Cluster cluster;
    cluster.lead(0);
    fill(cluster, 30);
    cluster.advance(Millis{3'000});
    cluster.nodes.push_back(
        std::make_unique<testing::Node>(cluster.network, "core-c", Options{}, Policy::crowd));
    cluster.advance(listens);
    cluster.lead(2);
    cluster.advance(Millis{3'000});
    std::map<std::string, std::string> expected;
    for (auto const& [who, island] : cluster.told()) expected[island] = "fake:" + island;
    EXPECT_EQ(cluster.nodes[2]->backend.adopted, expected);
  }
}

TEST(Cores, WhoFollowsKnowsTheIslandsAsWell) {
  Cluster cluster;
  cluster.lead(0);
  fill(cluster, 30);
  cluster.advance(Millis{6'000});
  EXPECT_EQ(cluster.nodes[1]->islands(), cluster.nodes[0]->islands());
  auto const snapshot = cluster.core(1).snapshot();
  ASSERT_EQ(snapshot->islands.size(), 3U);
  EXPECT_EQ(snapshot->players, 30U);
  EXPECT_EQ(snapshot->islands[1].centre_x, 500);
  EXPECT_EQ(snapshot->islands[1].radius, 4.5);
  EXPECT_EQ(snapshot->islands[1].peers[3].at.z, 3);
}

TEST(Cores, AFormerLeaderFollowsWithWhatItKnew) {
  Cluster cluster;
  cluster.lead(0);
  fill(cluster, 30);
  cluster.advance(Millis{3'000});
  auto const before = cluster.told();
  for (std::size_t const next : {1U, 0U, 1U, 0U}) {
    cluster.lead(next);
    EXPECT_EQ(cluster.nodes[1 - next]->metrics.value(Metric::cluster_leading), 0);
    EXPECT_EQ(cluster.nodes[next]->metrics.value(Metric::cluster_leading), 1);
    cluster.advance(Millis{2'100});
    EXPECT_EQ(cluster.told(), before);
    EXPECT_EQ(cluster.nodes[next]->islands(), before);
    EXPECT_EQ(cluster.nodes[1 - next]->islands(), before);
  }
}

TEST(Cores, QuestionsAreAnsweredOnlyWhileTheCoreLeads) {
  Cluster cluster;
  fill(cluster, 1);
  cluster.advance(Millis{2'000});
  std::vector<Explained> answers;
  auto const ask = [&] {
    EXPECT_TRUE(cluster.core(0).explainer().ask_player(
        address(0), [&](Explained answer) { answers.push_back(std::move(answer)); }));
    cluster.loop.run_posted();
  };
  ask();
  cluster.lead(0);
  cluster.advance(Millis{3'000});
  ask();
  EXPECT_TRUE(cluster.core(0).explainer().ask_player(
      address(0), [&](Explained answer) { answers.push_back(std::move(answer)); }));
  cluster.lead(1);  // the question waits while the engine goes
  ask();
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_FALSE(answers[0].known);
  EXPECT_TRUE(answers[1].known);
  EXPECT_EQ(answers[1].players.at(0).island, cluster.gate(0).told(0));
  EXPECT_FALSE(answers[3].known);
}

TEST(Cores, OneThatEndsLetsAnotherLead) {
  Cluster cluster;
  cluster.lead(0);
  fill(cluster, 10);
  cluster.advance(Millis{3'000});
  cluster.nodes[0]->core.reset();
  EXPECT_EQ(cluster.nodes[0]->lease.epoch(), 0U);
  cluster.loop.run_posted();
}

}  // namespace
}  // namespace archipelago::islands
