// The direct protocol: its stages, its refusals, and what a player may send.
#include "gateway/direct.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::DirectPlayer;
using testing::heartbeat_at;
using testing::player;
using testing::TestRealm;
namespace v3 = decentraland::kernel::comms::v3;

std::string const kA = player('a').str();

TEST(Direct, AChallengeIsRandomAndNew) {
  TestRealm realm;
  DirectPlayer one(realm), two(realm);
  one.claim(kA);
  two.claim(kA);
  auto const first = one.take().at(0).challenge_response();
  auto const second = two.take().at(0).challenge_response();
  EXPECT_TRUE(first.challenge_to_sign().starts_with("dcl-"));
  EXPECT_NE(first.challenge_to_sign(), second.challenge_to_sign());
  EXPECT_FALSE(first.already_connected());
}

TEST(Direct, AProvedPlayerIsWelcomedByItsLowerCaseAddress) {
  TestRealm realm;
  DirectPlayer one(realm);
  one.claim("0x" + std::string(40, 'A'));
  one.prove("[chain]");
  auto const packets = one.take();
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[1].welcome().peer_id(), kA);
  EXPECT_TRUE(one.connection.is_logged_in);
  EXPECT_EQ(realm.verifier.attempts.at(0).chain_json, "[chain]");
  EXPECT_EQ(realm.verifier.attempts.at(0).challenge,
            packets[0].challenge_response().challenge_to_sign());
}

TEST(Direct, AlreadyConnectedIsSaidOfAnAddressThatIsHere) {
  TestRealm realm;
  DirectPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  two.claim(kA);
  EXPECT_TRUE(two.take().at(0).challenge_response().already_connected());
}

TEST(Direct, UndecodableBytesCloseInEveryStage) {
  for (int stage = 0; stage < 3; ++stage) {
    TestRealm realm;
    DirectPlayer one(realm);
    if (stage > 0) one.claim(kA);
    if (stage > 1) one.prove();
    one.send_bytes("\xff\xff\xff");
    EXPECT_EQ(one.connection.closed_why, Errc::malformed_packet) << stage;
    EXPECT_EQ(one.connection.closed_text, "Cannot decode ClientPacket");
  }
}

TEST(Direct, TextThatIsNotUtf8Closes) {
  TestRealm realm;
  DirectPlayer one(realm);
  one.send_bytes("\x0a\x03\x0a\x01\xff");  // challenge_request { address: one stray byte }
  EXPECT_EQ(one.connection.closed_why, Errc::invalid_utf8);
}

TEST(Direct, AnythingElseThanTheNextStepOfTheHandshakeCloses) {
  v3::ClientPacket claim;
  claim.mutable_challenge_request()->set_address(kA);
  v3::ClientPacket proof;
  proof.mutable_signed_challenge();
  v3::ClientPacket beat;
  *beat.mutable_heartbeat() = heartbeat_at(1, 1);
  std::vector<std::pair<int, v3::ClientPacket>> const wrong{{0, proof}, {0, beat}, {0, {}},
                                                            {1, claim}, {1, beat}, {1, {}}};
  for (auto const& [stage, packet] : wrong) {
    TestRealm realm;
    DirectPlayer one(realm);
    if (stage == 1) one.claim(kA);
    one.send(packet);
    EXPECT_EQ(one.connection.closed_why, Errc::unexpected_message) << stage;
  }
}

TEST(Direct, NothingMayComeWhileTheProofIsChecked) {
  TestRealm realm;
  realm.verifier.holding = true;
  DirectPlayer one(realm);
  one.claim(kA);
  one.prove();
  one.beat(heartbeat_at(1, 1));
  EXPECT_EQ(one.connection.closed_why, Errc::unexpected_message);
  realm.verifier.release();
  realm.settle();
  EXPECT_EQ(realm.directory.size(), 0U);
}

TEST(Direct, EveryRefusalOfAnIdentityReadsAlike) {
  for (auto const why : {Errc::malformed_json, Errc::malformed_auth_chain, Errc::bad_signature,
                         Errc::delegation_expired, Errc::wrong_owner, Errc::challenge_mismatch}) {
    TestRealm realm;
    realm.verifier.answer = [why](auth::LoginAttempt const&) { return fail(why, "secret detail"); };
    DirectPlayer one(realm);
    EXPECT_FALSE(one.log_in(player('a')));
    EXPECT_EQ(one.connection.closed_why, why);
    EXPECT_EQ(one.connection.closed_text, "Authentication failed");
    EXPECT_EQ(realm.directory.size(), 0U);
    EXPECT_TRUE(realm.subjects().empty());
  }
}

TEST(Direct, ABadAddressIsRefused) {
  for (std::string const address : {"", "0x123", "dcl-x"}) {
    TestRealm realm;
    DirectPlayer one(realm);
    one.claim(address);
    EXPECT_EQ(one.connection.closed_why, Errc::bad_address);
    EXPECT_EQ(one.connection.closed_text, "Authentication failed");
  }
}

TEST(Direct, ALoginThatFindsTheServerOverloadedMayComeAgain) {
  TestRealm realm;
  realm.verifier.answer = [](auth::LoginAttempt const&) { return fail(Errc::overloaded); };
  DirectPlayer one(realm);
  EXPECT_FALSE(one.log_in(player('a')));
  EXPECT_EQ(one.connection.closed_why, Errc::overloaded);
  EXPECT_EQ(one.connection.closed_text, "overloaded");
}

TEST(Direct, AnExpiredChallengeIsRefused) {
  TestRealm realm;
  DirectPlayer one(realm);
  one.claim(kA);
  realm.advance(Millis{60'000});
  one.prove();
  EXPECT_EQ(one.connection.closed_why, Errc::handshake_timeout);
}

TEST(Direct, AFullRealmRefusesBeforeAnySignatureIsChecked) {
  TestRealm realm({.max_users = 1});
  DirectPlayer one(realm), two(realm), again(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  two.claim(player('b').str());
  EXPECT_EQ(two.connection.closed_why, Errc::realm_full);
  EXPECT_EQ(two.connection.closed_text, "realm_full");
  EXPECT_EQ(realm.verifier.attempts.size(), 1U);
  EXPECT_TRUE(again.log_in(player('a')));
}

TEST(Direct, ARealmThatFillsWhileAProofIsCheckedRefuses) {
  TestRealm realm({.max_users = 1});
  DirectPlayer one(realm), two(realm);
  two.claim(player('b').str());
  ASSERT_TRUE(one.log_in(player('a')));
  two.prove();
  EXPECT_EQ(two.connection.closed_why, Errc::realm_full);
}

TEST(Direct, AClientThatLeavesWhileItsProofIsCheckedIsNeverHere) {
  TestRealm realm;
  realm.verifier.holding = true;
  {
    DirectPlayer one(realm);
    one.claim(kA);
    one.prove();
    one.drop();
    realm.verifier.release();
    realm.settle();
    EXPECT_FALSE(one.connection.is_logged_in);
  }
  EXPECT_TRUE(realm.subjects().empty());
}

TEST(Direct, HeartbeatsArePublishedAsTheyAre) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)realm.heard();
  auto beat = heartbeat_at(1.5F, -3.25F);
  beat.set_desired_room("I7");
  one.beat(beat);
  one.beat({});  // without a position: no effect, but published (WIRE 4.2)
  auto const heard = realm.heard();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].subject, "peer." + kA + ".heartbeat");
  EXPECT_EQ(heard[0].payload, wire::encode(beat));
  EXPECT_EQ(heard[1].payload, "");
  EXPECT_EQ(realm.metrics.value(Metric::heartbeats), 2);
}

TEST(Direct, APositionThatIsNoNumberIsDropped) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)realm.heard();
  one.beat(heartbeat_at(std::numeric_limits<float>::quiet_NaN(), 0));
  one.beat(heartbeat_at(0, std::numeric_limits<float>::infinity()));
  EXPECT_TRUE(realm.heard().empty());
  EXPECT_EQ(realm.rejected(Errc::invalid_position), 2);
  EXPECT_FALSE(one.connection.closed_why);
}

TEST(Direct, AHugeHeartbeatIsDropped) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)realm.heard();
  auto beat = heartbeat_at(1, 1);
  beat.set_desired_room(std::string(2'000, 'x'));
  one.beat(beat);
  EXPECT_TRUE(realm.heard().empty());
  EXPECT_EQ(realm.rejected(Errc::message_too_big), 1);
}

TEST(Direct, OtherPacketsOfAPlayerAreIgnoredAndCounted) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)one.take();
  (void)realm.heard();
  one.send({});
  one.claim(kA);
  one.prove();
  EXPECT_FALSE(one.connection.closed_why);
  EXPECT_TRUE(one.take().empty());
  EXPECT_TRUE(realm.heard().empty());
  EXPECT_EQ(realm.rejected(Errc::unexpected_message), 3);
}

TEST(Direct, AnAssignmentIsForwardedByteForByte) {
  TestRealm realm;
  DirectPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('b')));
  (void)one.take();
  (void)two.take();
  realm.assign(player('a'), "I1", "ws-room:x");
  auto const packets = one.take();
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].island_changed().island_id(), "I1");
  EXPECT_EQ(packets[0].island_changed().conn_str(), "ws-room:x");
  EXPECT_TRUE(two.take().empty());
}

TEST(Direct, ASecondLoginKicksTheFirst) {
  TestRealm realm;
  DirectPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  (void)one.take();
  ASSERT_TRUE(two.log_in(player('a')));
  auto const packets = one.take();
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_TRUE(packets[0].has_kicked());
  EXPECT_EQ(one.connection.closed_why, Errc::replaced);
  one.drop();
  EXPECT_TRUE(realm.directory.contains(player('a')));
  two.drop();
  EXPECT_EQ(realm.subjects(),
            (std::vector<std::string>{"peer." + kA + ".connect", "peer." + kA + ".connect",
                                      "peer." + kA + ".disconnect"}));
}

}  // namespace
}  // namespace archipelago::gateway
