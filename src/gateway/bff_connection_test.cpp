// The BFF protocol: logging in over dcl-rpc, and what fails it.
#include "gateway/bff_connection.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::player;
using testing::RpcPlayer;
using testing::TestRealm;
namespace bff = decentraland::bff;

std::string const kA = player('a').str();

TEST(BffConnection, AProvedPlayerIsWelcomed) {
  TestRealm realm;
  RpcPlayer one(realm);
  auto const asked = one.get_challenge("0x" + std::string(40, 'A'));
  auto const challenge = one.reply<bff::GetChallengeResponse>(asked);
  EXPECT_TRUE(challenge.challenge_to_sign().starts_with("dcl-"));
  EXPECT_FALSE(challenge.already_connected());
  auto const welcome = one.reply<bff::WelcomePeerInformation>(one.authenticate());
  EXPECT_EQ(welcome.peer_id(), kA);
  ASSERT_EQ(welcome.available_modules_size(), 2);
  EXPECT_TRUE(one.connection.is_logged_in);
  EXPECT_EQ(realm.verifier.attempts.at(0).challenge, challenge.challenge_to_sign());
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{"peer." + kA + ".connect"});
}

TEST(BffConnection, EveryRefusalOfAnIdentityIsAnsweredThenCloses) {
  for (auto const why : {Errc::malformed_json, Errc::malformed_auth_chain, Errc::bad_signature,
                         Errc::delegation_expired, Errc::wrong_owner, Errc::challenge_mismatch}) {
    TestRealm realm;
    realm.verifier.answer = [why](auth::LoginAttempt const&) { return fail(why, "secret detail"); };
    RpcPlayer one(realm);
    one.get_challenge(kA);
    EXPECT_EQ(one.error(one.authenticate()), "Authentication failed");
    EXPECT_EQ(one.connection.closed_why, why);
    EXPECT_EQ(one.connection.closed_text, "Authentication failed");
    EXPECT_TRUE(realm.subjects().empty());
  }
}

TEST(BffConnection, ATopicMessageThatWouldFloodItsReadersIsRefused) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_TRUE(one.published("a", std::string(realm.options.topic_message_bytes, 'x')));
  EXPECT_FALSE(one.published("a", std::string(realm.options.topic_message_bytes + 1, 'x')));
  EXPECT_EQ(realm.rejected(Errc::message_too_big), 1);
}

TEST(BffConnection, WhoEndsTheLoginMustLogInAgainSoonOrGo) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.get_challenge(kA);
  one.authenticate();
  one.send(0, wire::RpcDestroyPort{one.port});
  EXPECT_EQ(realm.directory.size(), 0U);
  realm.loop.advance(realm.options.login_again - Millis{1});
  EXPECT_FALSE(one.connection.closed_why);
  realm.loop.advance(Millis{1});
  EXPECT_EQ(one.connection.closed_why, Errc::handshake_timeout);
}

TEST(BffConnection, WhoLogsInAgainInTimeStays) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.get_challenge(kA);
  one.authenticate();
  one.send(0, wire::RpcDestroyPort{one.port});
  one.get_challenge(kA);
  one.authenticate();
  realm.loop.advance(realm.options.login_again * 2);
  EXPECT_FALSE(one.connection.closed_why);
}

TEST(BffConnection, ABadAddressIsAnsweredThenCloses) {
  TestRealm realm;
  RpcPlayer one(realm);
  EXPECT_EQ(one.error(one.get_challenge("0x123")), "Authentication failed");
  EXPECT_EQ(one.connection.closed_why, Errc::bad_address);
}

TEST(BffConnection, AProofBeforeAClaimCloses) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.create_port();
  one.load("BffAuthenticationService");
  EXPECT_EQ(one.error(one.authenticate()), "unexpected_message");
  EXPECT_EQ(one.connection.closed_why, Errc::unexpected_message);
}

TEST(BffConnection, AnExpiredChallengeCloses) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.get_challenge(kA);
  realm.advance(Millis{60'000});
  EXPECT_EQ(one.error(one.authenticate()), "handshake_timeout");
  EXPECT_EQ(one.connection.closed_why, Errc::handshake_timeout);
}

TEST(BffConnection, AFullRealmRefusesBeforeAnySignatureIsChecked) {
  TestRealm realm({.max_users = 1});
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_EQ(two.error(two.get_challenge(player('b').str())), "realm_full");
  EXPECT_EQ(two.connection.closed_why, Errc::realm_full);
  EXPECT_EQ(realm.verifier.attempts.size(), 1U);
}

TEST(BffConnection, ARealmThatFillsWhileAProofIsCheckedRefuses) {
  TestRealm realm({.max_users = 1});
  RpcPlayer one(realm), two(realm);
  two.get_challenge(player('b').str());
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_EQ(two.error(two.authenticate()), "realm_full");
  EXPECT_EQ(two.connection.closed_why, Errc::realm_full);
}

TEST(BffConnection, ARequestThatDoesNotDecodeIsAnErrorAndTheConnectionGoesOn) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.create_port();
  one.load("BffAuthenticationService");
  EXPECT_NE(one.error(one.call_bytes("GetChallenge", "\x0a\x05")), "");
  EXPECT_NE(one.error(one.call_bytes("Authenticate", "\x0a\x05")), "");
  EXPECT_FALSE(one.connection.closed_why);
  EXPECT_EQ(realm.rejected(Errc::malformed_packet), 2);
}

TEST(BffConnection, WhatTheRpcProtocolForbidsCloses) {
  TestRealm realm;
  RpcPlayer one(realm), two(realm);
  one.send(0, wire::RpcServerReady{});
  EXPECT_EQ(one.connection.closed_why, Errc::rpc_violation);
  two.send_bytes("\xff\xff");
  EXPECT_EQ(two.connection.closed_why, Errc::malformed_packet);
}

TEST(BffConnection, FramesBeforeTheLoginAreFew) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.create_port();
  for (int i = 0; i < 200 && !one.connection.closed_why; ++i) one.load("nothing");
  EXPECT_EQ(one.connection.closed_why, Errc::rate_limited);
}

TEST(BffConnection, ProofsAreFewHoweverManyPortsAreMade) {
  TestRealm realm;
  RpcPlayer one(realm);
  for (int i = 0; i < 15 && !one.connection.closed_why; ++i) (void)one.log_in(player('a'));
  EXPECT_EQ(one.connection.closed_why, Errc::rate_limited);
  EXPECT_EQ(realm.verifier.attempts.size(), 10U);
}

TEST(BffConnection, WhoLoggedOutIsAStrangerAgain) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  one.send(0, wire::RpcDestroyPort{one.port});
  one.create_port();
  for (int i = 0; i < 200 && !one.connection.closed_why; ++i) one.load("nothing");
  EXPECT_EQ(one.connection.closed_why, Errc::rate_limited);
}

TEST(BffConnection, NothingButTheLoginIsOfferedBeforeIt) {
  TestRealm realm;
  RpcPlayer one(realm);
  one.get_challenge(kA);
  one.send(77, wire::RpcRequestModule{one.port, "CommsService"});
  EXPECT_EQ(one.error(77), "Module CommsService is not available for port kernel (1))");
  EXPECT_EQ(one.error(one.call_bytes("GetDisconnectionMessage")), "no peer found");
  EXPECT_FALSE(one.connection.closed_why);
}

TEST(BffConnection, TheSamePlayerMayProveAgainAndKeepsWhatItHas) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const kick = one.call_bytes("GetDisconnectionMessage");
  EXPECT_TRUE(one.answered(one.authenticate()));
  EXPECT_FALSE(one.answered(kick));
  EXPECT_EQ(realm.subjects(), std::vector<std::string>(2, "peer." + kA + ".connect"));
  realm.advance(Millis{20'000});
  EXPECT_FALSE(one.connection.closed_why);
}

TEST(BffConnection, TheLastLoginOfAConnectionWins) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const first_port = one.port;
  ASSERT_TRUE(one.log_in(player('b')));
  EXPECT_FALSE(realm.directory.contains(player('a')));
  (void)realm.heard();
  one.port = first_port;
  EXPECT_TRUE(one.published("abc", "x"));
  EXPECT_EQ(realm.heard().at(0).subject, "client-proto.peer." + player('b').str() + ".abc");
}

TEST(BffConnection, ALoginEndsWithItsPort) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const kick = one.call_bytes("GetDisconnectionMessage");
  one.send(0, wire::RpcDestroyPort{one.port});
  EXPECT_FALSE(realm.directory.contains(player('a')));
  EXPECT_EQ(realm.subjects().back(), "peer." + kA + ".disconnect");
  EXPECT_FALSE(one.answered(kick));
  EXPECT_FALSE(one.connection.closed_why);
  EXPECT_TRUE(one.log_in(player('a')));
}

TEST(BffConnection, AnotherPortsEndIsNoLogout) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const first = one.port;
  ASSERT_TRUE(one.log_in(player('a')));
  one.send(0, wire::RpcDestroyPort{first});
  EXPECT_TRUE(realm.directory.contains(player('a')));
}

TEST(BffConnection, AReplacedClientIsToldAndClosedTenSecondsLater) {
  TestRealm realm;
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  auto const kick = one.call_bytes("GetDisconnectionMessage");
  EXPECT_TRUE(two.reply<bff::GetChallengeResponse>(two.get_challenge(kA)).already_connected());
  EXPECT_TRUE(two.answered(two.authenticate()));
  EXPECT_EQ(one.reply<bff::DisconnectionMessage>(kick).reason(), bff::DR_KICKED);
  EXPECT_TRUE(one.answered(kick));
  EXPECT_TRUE(one.answered(one.call_bytes("GetDisconnectionMessage")));
  realm.advance(Millis{9'999});
  EXPECT_FALSE(one.connection.closed_why);
  realm.advance(Millis{1});
  EXPECT_EQ(one.connection.closed_why, Errc::replaced);
  one.drop();
  EXPECT_TRUE(realm.directory.contains(player('a')));
  EXPECT_EQ(realm.subjects(), std::vector<std::string>(2, "peer." + kA + ".connect"));
}

TEST(BffConnection, AReplacedClientThatNeverAskedIsClosedToo) {
  TestRealm realm;
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('a')));
  realm.advance(Millis{10'000});
  EXPECT_EQ(one.connection.closed_why, Errc::replaced);
  EXPECT_FALSE(two.connection.closed_why);
}

TEST(BffConnection, AReplacedClientMayTakeItsPlaceBack) {
  TestRealm realm;
  RpcPlayer one(realm), two(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  ASSERT_TRUE(two.log_in(player('a')));
  ASSERT_TRUE(one.log_in(player('a')));
  realm.advance(Millis{10'000});
  EXPECT_FALSE(one.connection.closed_why);
  EXPECT_EQ(two.connection.closed_why, Errc::replaced);
}

TEST(BffConnection, AClientThatLeavesWhileItsProofIsCheckedIsNeverHere) {
  TestRealm realm;
  realm.verifier.holding = true;
  RpcPlayer one(realm);
  one.get_challenge(kA);
  one.authenticate();
  one.drop();
  realm.verifier.release();
  EXPECT_TRUE(realm.subjects().empty());
}

}  // namespace
}  // namespace archipelago::gateway
