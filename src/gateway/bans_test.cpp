// Banned players at the front door: refused at each step of a login, thrown out when banned later.
#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::DirectPlayer;
using testing::heartbeat_at;
using testing::player;
using testing::RpcPlayer;
using testing::TestRealm;
namespace bff = decentraland::bff;
namespace v3 = decentraland::kernel::comms::v3;

std::string const kA = player('a').str();

std::size_t evict(TestRealm& realm, char who) {
  auto const evicted =
      realm.directory.evict([who](Address const& address) { return address == player(who); });
  realm.settle();
  return evicted;
}

TEST(BannedDirect, GetsNoChallengeAndNoCurveWork) {
  TestRealm realm;
  realm.verifier.barred = {player('a')};
  DirectPlayer one(realm);
  one.claim("0x" + std::string(40, 'A'));
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
  EXPECT_TRUE(one.take().empty());
  EXPECT_TRUE(realm.verifier.attempts.empty());
}

TEST(BannedDirect, IsKickedWhenTheProofSaysSo) {
  TestRealm realm;
  realm.verifier.answer = [](auto const&) -> Result<Address> { return fail(Errc::banned); };
  DirectPlayer one(realm);
  one.claim(kA);
  one.take();
  one.prove();
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
  auto const told = one.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].has_kicked());
}

TEST(BannedDirect, IsRefusedWhenBannedWhileTheProofIsChecked) {
  TestRealm realm;
  realm.verifier.holding = true;
  DirectPlayer one(realm);
  one.claim(kA);
  one.prove();
  realm.verifier.barred = {player('a')};
  realm.verifier.release();
  realm.settle();
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
  EXPECT_FALSE(realm.directory.contains(player('a')));
}

TEST(BannedDirect, IsKickedAndClosedWhenBannedLater) {
  TestRealm realm;
  DirectPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('b')));
  one.take();
  realm.heard();
  EXPECT_EQ(evict(realm, 'a'), 1U);
  auto const told = one.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].has_kicked());
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
  EXPECT_FALSE(two.connection.closed_why);
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{"peer." + kA + ".disconnect"});
}

TEST(BannedDirect, SaysNothingToTheRealmBetweenTheBanAndTheKick) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  realm.directory.evict([](Address const&) { return true; });
  v3::ClientPacket packet;
  *packet.mutable_heartbeat() = heartbeat_at(0, 0);
  one.send_raw(wire::encode(packet));
  EXPECT_EQ(realm.rejected(Errc::banned), 1);
  EXPECT_EQ(realm.metrics.value(Metric::heartbeats), 0);
}

TEST(BannedBff, GetsNoChallenge) {
  TestRealm realm;
  realm.verifier.barred = {player('a')};
  RpcPlayer one(realm);
  auto const number = one.get_challenge(kA);
  EXPECT_EQ(one.error(number), "banned");
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
}

TEST(BannedBff, HearsOfTheKickBeforeItIsClosedWithoutGrace) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const waiting = one.call_bytes("GetDisconnectionMessage");
  EXPECT_FALSE(one.answered(waiting));
  EXPECT_EQ(evict(realm, 'a'), 1U);
  EXPECT_TRUE(one.answered(waiting));
  EXPECT_EQ(one.reply<bff::DisconnectionMessage>(waiting).reason(), bff::DR_KICKED);
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
}

TEST(BannedBff, DoesNotRenewItsLogin) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  realm.verifier.barred = {player('a')};
  auto const again = one.authenticate();
  EXPECT_EQ(one.error(again), "banned");
  EXPECT_EQ(one.connection.closed_why, Errc::banned);
}

}  // namespace
}  // namespace archipelago::gateway
