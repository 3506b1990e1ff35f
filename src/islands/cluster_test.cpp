// What is lost, late or dead in a realm of several processes, and how it heals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "islands/cluster_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::Cluster;

/// With a leader that knows `players` at one place, the even ones at the first gateway.
struct Settled : Cluster {
  explicit Settled(unsigned players) {
    lead(0);
    advance(Millis{2'000});
    for (unsigned p = 0; p < players; ++p) gate(p % 2).login(p, {static_cast<float>(p), 0, 0});
    advance(Millis{4'000});
  }
  Metrics& metrics() { return nodes[0]->metrics; }
};

TEST(ClusterOfCores, ALostAnnouncementIsMadeAgainWithinThreeSeconds) {
  Settled cluster(4);
  cluster.gate(0).deaf.insert(address(6));
  cluster.gate(0).login(6, {5'000, 0, 0});
  cluster.advance(Millis{1'000});
  ASSERT_NE(cluster.nodes[0]->island_of(6), "");
  ASSERT_EQ(cluster.gate(0).told(6), "");
  cluster.advance(Millis{2'000});
  EXPECT_EQ(cluster.gate(0).told(6), cluster.nodes[0]->island_of(6));
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_retold), 1);
  cluster.advance(Millis{10'000});
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_retold), 1);
}

TEST(ClusterOfCores, WhoIsHeardOfWithoutItsIslandFirstStaysOnItAllTheSame) {
  Cluster cluster;
  cluster.lead(0);
  cluster.advance(Millis{100});
  decentraland::kernel::comms::v3::Heartbeat single;
  single.mutable_position()->set_x(1);
  auto& gate = cluster.gate(0);
  gate.line().publish(bus::subjects::peer_heartbeat(address(2)), single.SerializeAsString());
  cluster.advance(Millis{50});
  gate.sessions[address(2)] = {.login = 1'700'000'000'000, .at = {1, 0, 0}, .told = "Iold-1"};
  gate.beat({address(2)});
  cluster.advance(Millis{5'000});
  EXPECT_EQ(cluster.nodes[0]->island_of(2), "Iold-1");
  EXPECT_EQ(gate.announcements(), 0);
  EXPECT_EQ(cluster.nodes[0]->metrics.value(Metric::cluster_adopted), 1);
}

TEST(ClusterOfCores, WhoMissedThatItsIslandIsCarriedElsewhereIsToldAgain) {
  Settled cluster(4);
  auto const before = cluster.told();
  cluster.gate(0).deaf.insert(address(2));
  cluster.nodes[0]->backend.host = "other";
  cluster.advance(Millis{2'500});
  auto const connection = [&](unsigned player) {
    return cluster.gate(player % 2).sessions.at(address(player)).connection;
  };
  ASSERT_THAT(connection(0), ::testing::StartsWith("other:"));
  cluster.advance(Millis{2'500});
  EXPECT_EQ(connection(2), connection(0));
  EXPECT_EQ(cluster.told(), before);
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_retold), 1);
  cluster.advance(Millis{10'000});
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_retold), 1);
}

TEST(ClusterOfCores, AnnouncementsAreNotRepeatedForBeatsThatWereOnTheirWay) {
  Settled cluster(40);
  for (int i = 0; i < 20; ++i) {
    cluster.advance(Millis{97});
    for (auto const& gate : cluster.gates) gate->beat();
    cluster.gate(0).stand(2, {i % 2 == 0 ? 9'000.0F : 0.0F, 0, 0});
  }
  cluster.advance(Millis{5'000});
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_retold), 0);
  EXPECT_EQ(cluster.told(), cluster.nodes[0]->islands());
}

TEST(ClusterOfCores, ThePlayersOfADeadGatewayAreGoneAfterThreeSeconds) {
  Settled cluster(20);
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_gateways), 2);
  cluster.gate(1).die();
  cluster.advance(Millis{1'500});
  EXPECT_NE(cluster.nodes[0]->island_of(1), "");
  cluster.advance(Millis{3'600});
  EXPECT_EQ(cluster.nodes[0]->island_of(1), "");
  EXPECT_EQ(cluster.core(0).snapshot()->players, 10U);
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_gateways), 1);
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_gateways_lost), 1);
  EXPECT_EQ(cluster.core(1).snapshot()->players, 10U) << "who follows knows as well";
}

TEST(ClusterOfCores, WhileNatsIsAwayForAMinuteNobodyIsMovedAndNobodyExpires) {
  Settled cluster(20);
  auto const before = cluster.told();
  auto const announced = cluster.announcements();
  for (auto* const line : cluster.network.lines) line->cut();
  auto const flushes = cluster.metrics().value(Metric::flushes);
  cluster.advance(Millis{70'000});
  EXPECT_EQ(cluster.metrics().value(Metric::flushes), flushes);
  EXPECT_EQ(cluster.nodes[0]->islands(), before);
  EXPECT_LE(cluster.loop.now() - cluster.core(0).snapshot()->made, Millis{2'500})
      << "the loop is well, whatever NATS does";
  for (auto* const line : cluster.network.lines) line->mend();
  cluster.advance(Millis{2'900});
  cluster.lead(1);
  cluster.advance(Millis{10'000});
  EXPECT_EQ(cluster.told(), before);
  EXPECT_EQ(cluster.announcements(), announced);
  EXPECT_EQ(cluster.nodes[1]->islands(), before);
  for (auto const& node : cluster.nodes)
    EXPECT_EQ(node->metrics.value(Metric::cluster_gateways_lost), 0);
}

TEST(ClusterOfCores, AfterABreakItHearsForAWhileBeforeItDecides) {
  Settled cluster(4);
  auto& line = cluster.nodes[0]->line;
  line.cut();
  cluster.advance(Millis{1'900});
  auto const flushes = cluster.metrics().value(Metric::flushes);
  line.mend();
  cluster.advance(Millis{1'400});
  EXPECT_EQ(cluster.metrics().value(Metric::flushes), flushes);
  cluster.advance(Millis{600});
  EXPECT_EQ(cluster.metrics().value(Metric::flushes), flushes + 1);
}

TEST(ClusterOfCores, AProcessThatSleptDoesNotTakeItsOwnSilenceForThatOfOthers) {
  VirtualLoop loop;
  Registry registry(loop.now());
  Metrics metrics;
  auto const left = [](Address const&) { FAIL(); };
  registry.gateways.hear("gate", loop.now());
  registry.look(loop.now(), Millis{100'000}, Millis{1'000});
  loop.advance(Millis{9'000});
  registry.look(loop.now(), Millis{100'000}, Millis{1'000});
  registry.lose_gateways(loop.now(), metrics, left);
  EXPECT_EQ(registry.gateways.size(), 1U);
  EXPECT_EQ(registry.attentive_for(loop.now()), Millis{0});
}

TEST(ClusterOfCores, TwoLoginsOfOnePlayerOnTwoGatewaysEndWithTheNewerOne) {
  Settled cluster(2);
  cluster.network.faults.lost = 100;  // the old gateway does not hear of the new login
  cluster.gate(1).login(0, {3'000, 0, 0});
  cluster.network.faults.lost = 0;
  EXPECT_EQ(cluster.gate(0).sessions.size(), 1U);
  cluster.advance(Millis{4'000});
  EXPECT_EQ(cluster.gate(0).sessions.size(), 0U);
  EXPECT_EQ(cluster.gate(0).ended, 1);
  EXPECT_EQ(cluster.gate(1).told(0), cluster.nodes[0]->island_of(0));
  EXPECT_NE(cluster.gate(1).told(0), "");
  EXPECT_NE(cluster.gate(1).told(0), cluster.gate(1).told(1)) << "where the new session stands";
}

TEST(ClusterOfCores, AnOldSessionIsAnsweredAtMostOnceASecond) {
  Settled cluster(2);
  int answers = 0;
  auto const ears = cluster.gate(1).line().open(cluster.loop, {});
  auto const heard = ears->subscribe("cluster.login.*", [&](bus::Message const&) { ++answers; });
  auto const old = cluster.gate(0).sessions.at(address(0));
  cluster.gate(1).login(0, {});
  cluster.advance(Millis{1'500});
  answers = 0;
  for (int i = 0; i < 50; ++i) {
    cluster.gate(0).sessions[address(0)] = old;
    cluster.gate(0).beat();
    cluster.advance(Millis{40});
  }
  EXPECT_LE(answers, 3);
  EXPECT_GE(answers, 2);
  EXPECT_EQ(cluster.gate(1).sessions.size(), 2U) << "the newer one never ends";
}

TEST(ClusterOfCores, OfTwoEqualStampsTheGreaterGatewayWins) {
  Registry registry(Instant{});
  auto const a = registry.gateways.hear("gate-a", {}), b = registry.gateways.hear("gate-b", {});
  auto& player = registry.players.touch(address(1), {}, {});
  EXPECT_EQ(registry.compare(player, 5, b), SessionAge::same) << "its session was not known";
  player.login = 5;
  player.gateway = a;
  EXPECT_EQ(registry.compare(player, 5, a), SessionAge::same);
  EXPECT_EQ(registry.compare(player, 5, b), SessionAge::newer);
  EXPECT_EQ(registry.compare(player, 4, b), SessionAge::older);
  EXPECT_EQ(registry.compare(player, 6, a), SessionAge::newer);
  player.gateway = b;
  EXPECT_EQ(registry.compare(player, 5, a), SessionAge::older);
}

TEST(ClusterOfCores, ALostDisconnectIsHealedByTheGatewaysStatus) {
  Settled cluster(4);
  cluster.network.faults.lost = 100;
  cluster.gate(0).logout(2);
  cluster.network.faults.lost = 0;
  cluster.advance(Millis{4'100});
  EXPECT_EQ(cluster.nodes[0]->island_of(2), "");
  EXPECT_EQ(cluster.core(0).snapshot()->players, 3U);
  EXPECT_EQ(cluster.core(1).snapshot()->players, 3U);
}

TEST(ClusterOfCores, TheEndOfAnOldSessionDoesNotEndTheNewOne) {
  Settled cluster(4);
  cluster.gate(0).logout(2);
  cluster.gate(1).login(2, {});
  cluster.advance(Millis{6'000});
  EXPECT_EQ(cluster.told(), cluster.nodes[0]->islands());
  EXPECT_NE(cluster.gate(1).told(2), "");
}

TEST(ClusterOfCores, AStaleLeaderIsNotBelieved) {
  Settled cluster(4);
  cluster.lead(1);
  cluster.advance(Millis{3'000});
  auto const before = cluster.core(0).snapshot()->islands.at(0).id;
  testing::v3::IslandChangedMessage stale;
  stale.set_island_id("Iold-1");
  cluster.gate(0).line().publish(bus::subjects::island_changed(address(0)), wire::encode(stale),
                                 cluster.epoch - 1);
  testing::v3::IslandStatusMessage status;
  auto& island = *status.add_data();
  island.set_id("Iold-2");
  island.add_peers(address(99).str());
  cluster.gate(0).line().publish("engine.islands", wire::encode(status), cluster.epoch - 1);
  cluster.advance(Millis{10});
  cluster.lead(0);
  cluster.advance(Millis{5'000});
  EXPECT_EQ(cluster.metrics().value(Metric::cluster_fenced), 2);
  EXPECT_EQ(cluster.core(0).snapshot()->islands.size(), 1U);
  EXPECT_EQ(cluster.core(0).snapshot()->islands.at(0).id, before);
  EXPECT_EQ(cluster.core(0).snapshot()->players, 4U);
}

TEST(ClusterOfCores, GarbageFromOtherProcessesIsCountedAndTouchesNobody) {
  Settled cluster(4);
  auto const before = cluster.told();
  auto& line = cluster.gate(0).line();
  for (auto const* const subject :
       {"cluster.heartbeats", "cluster.gateway.gate-a", "engine.islands",
        "engine.peer.0x0000000000000000000000000000000000000001.island_changed"}) {
    line.publish(subject, "\xff\xff\xff", cluster.epoch);
    line.publish(subject, std::string(2U << 20U, '\x0a'), cluster.epoch);
  }
  cluster::GatewayStatus forged;
  forged.set_gateway("gate-b");
  line.publish(bus::subjects::cluster_gateway("gate-a"), wire::encode(forged), 0);
  line.publish("engine.peer.nobody.island_changed", "", cluster.epoch);
  cluster.advance(Millis{5'000});
  EXPECT_EQ(cluster.told(), before);
  EXPECT_EQ(cluster.nodes[0]->islands(), before);
  EXPECT_EQ(cluster.nodes[1]->islands(), before);
  EXPECT_EQ(cluster.metrics().rejected(Errc::bad_request), 1);
  EXPECT_EQ(cluster.metrics().rejected(Errc::malformed_packet) +
                cluster.metrics().rejected(Errc::message_too_big),
            4);
}

TEST(ClusterOfCores, PlayersOfKnownConnectorsAreTakenOverAsWell) {
  Cluster cluster;
  cluster.lead(0);
  cluster.advance(Millis{2'000});
  auto& line = cluster.gate(0).line();
  auto const beat = [&] {
    line.publish(bus::subjects::peer_heartbeat(address(1)), testing::heartbeat({7, 8, 9}), 0);
  };
  beat();
  cluster.advance(Millis{4'000});
  auto const island = cluster.nodes[0]->island_of(1);
  ASSERT_NE(island, "");
  cluster.nodes.push_back(
      std::make_unique<testing::Node>(cluster.network, "late", Options{}, testing::Policy::crowd));
  cluster.advance(Millis{2'100});  // a flush: engine.islands
  beat();
  cluster.advance(Millis{10});
  cluster.lead(2);
  cluster.advance(Millis{5'000});
  EXPECT_EQ(cluster.nodes[2]->island_of(1), island);
  EXPECT_EQ(cluster.nodes[2]->metrics.value(Metric::island_changes), 0);
}

}  // namespace
}  // namespace archipelago::islands
