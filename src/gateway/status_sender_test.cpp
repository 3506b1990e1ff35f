// What a gateway tells of itself once a second.
#include "gateway/status_sender.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

using testing::DirectPlayer;
using testing::player;
using testing::TestGateway;
using testing::TestRealm;

struct Status {
  Status() { realm.advance(Millis{0}); }
  std::vector<cluster::GatewayStatus> heard() {
    return testing::decoded<cluster::GatewayStatus>(realm.heard(), "cluster.gateway.east");
  }
  cluster::GatewayStatus next() {
    heard();
    realm.advance(Millis{1'000});
    auto const all = heard();
    EXPECT_EQ(all.size(), 1U);
    return all.at(0);
  }

  TestRealm realm;
  TestGateway east{realm, "east"};
};

TEST(StatusSender, TellsTheSessionsOnceASecondAndAtItsStart) {
  Status status;
  EXPECT_EQ(status.heard().size(), 1U);
  DirectPlayer one(status.realm, status.east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const next = status.next();
  EXPECT_EQ(next.gateway(), "east");
  EXPECT_EQ(next.sessions(), 1U);
  EXPECT_FALSE(next.draining());
  EXPECT_EQ(next.gone_size(), 0);
}

TEST(StatusSender, TellsForThreeSecondsWhoseSessionEnded) {
  Status status;
  DirectPlayer one(status.realm, status.east.router);
  ASSERT_TRUE(one.log_in(player('a')));
  one.drop();
  for (int i = 0; i < 3; ++i) {
    auto const next = status.next();
    ASSERT_EQ(next.gone_size(), 1) << i;
    EXPECT_EQ(Address::from_bytes(next.gone(0).address()), player('a'));
    EXPECT_EQ(next.gone(0).login(), testing::kEpoch);
  }
  EXPECT_EQ(status.next().gone_size(), 0);
}

TEST(StatusSender, TellsOfBannedPlayersButNotOfReplacedSessions) {
  Status status;
  TestGateway west(status.realm, "west");
  DirectPlayer here(status.realm, status.east.router);
  DirectPlayer elsewhere(status.realm, status.east.router);
  DirectPlayer banned(status.realm, status.east.router);
  DirectPlayer young(status.realm, status.east.router);
  DirectPlayer younger(status.realm, west.router);
  ASSERT_TRUE(here.log_in(player('a')));
  ASSERT_TRUE(elsewhere.log_in(player('b')));
  ASSERT_TRUE(banned.log_in(player('c')));
  ASSERT_TRUE(young.log_in(player('a')));
  ASSERT_TRUE(younger.log_in(player('b')));
  status.east.gateway->evict([](Address const& who) { return who == player('c'); });
  status.realm.settle();
  for (auto* const one : {&here, &elsewhere, &banned}) one->drop();
  auto const next = status.next();
  ASSERT_EQ(next.gone_size(), 1);
  EXPECT_EQ(Address::from_bytes(next.gone(0).address()), player('c'));
  EXPECT_EQ(next.sessions(), 1U);
}

TEST(StatusSender, TellsAtOnceThatNobodyIsLetInAnyMore) {
  Status status;
  status.realm.advance(Millis{500});
  status.heard();
  EXPECT_TRUE(status.east.gateway->accepting());
  status.east.gateway->drain();
  EXPECT_FALSE(status.east.gateway->accepting());
  auto const at_once = status.heard();
  ASSERT_EQ(at_once.size(), 1U);
  EXPECT_TRUE(at_once[0].draining());
  EXPECT_TRUE(status.next().draining());
}

TEST(StatusSender, OfManyEndsTellsABoundedNumber) {
  TestRealm realm;
  Directory directory(realm.bus, realm.metrics, 0, {}, {}, {.id = "east", .sessions = {}});
  StatusSender sender("east", realm.loop, realm.bus, directory);
  for (std::size_t i = 0; i < kMostGone + 10; ++i) {
    auto digits = std::to_string(i);
    auto const who = *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits);
    auto const stay = directory.enter(who, realm.loop, [] {});
  }
  realm.heard();
  realm.advance(Millis{1});
  auto const all = testing::decoded<cluster::GatewayStatus>(realm.heard(), "cluster.gateway.east");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].gone_size(), static_cast<int>(kMostGone));
}

}  // namespace
}  // namespace archipelago::gateway
