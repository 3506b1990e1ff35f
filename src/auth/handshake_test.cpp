// The life of one connection's challenge.
#include "auth/handshake.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "auth/fake_login_verifier.hpp"
#include "auth/identity.hpp"
#include "base/virtual_loop.hpp"

namespace archipelago::auth {
namespace {

class HandshakeTest : public ::testing::Test {
 protected:
  HandshakeTest() { restart(); }

  void restart(HandshakeLimits limits = {}) {
    handshake_ = std::make_unique<Handshake>(verifier_, loop_, random_, limits);
  }

  std::string claim(Key const& who) {
    auto const challenge = handshake_->claim(who.address().text());
    return challenge ? *challenge : std::string(reason(challenge.error().code).label);
  }
  std::string chain(Key const& who, std::string_view challenge) {
    return to_json(sign_payload(who, challenge));
  }

  /// Outcome of one proof: "ok" or the reason.
  std::string prove(std::string json) {
    std::string outcome = "nothing";
    handshake_->prove(std::move(json), [&](Result<Address> const& r) {
      outcome = r ? "ok" : reason(r.error().code).label;
    });
    EXPECT_EQ(outcome, "nothing") << "called back inside the call";
    loop_.run_posted();
    return outcome;
  }

  VirtualLoop loop_;
  SeededRandom random_{1};
  Key me_ = Key::generate(random_);
  Key other_ = Key::generate(random_);
  InlineLoginVerifier verifier_;
  std::unique_ptr<Handshake> handshake_;
};

TEST_F(HandshakeTest, ChallengesHaveTheFormThatClientsSign) {
  auto const challenge = claim(me_);
  EXPECT_TRUE(is_challenge(challenge));
  EXPECT_EQ(challenge.size(), 33U);
  EXPECT_EQ(challenge.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz", 4),
            std::string::npos);
  restart();
  EXPECT_NE(claim(me_), challenge);
}

TEST_F(HandshakeTest, WhoSignsTheChallengeIsLoggedIn) {
  EXPECT_EQ(prove(chain(me_, claim(me_))), "ok");
  EXPECT_EQ(handshake_->owner(), me_.address());
}

TEST_F(HandshakeTest, TheChallengeIsTheSameUntilUsed) {
  auto const challenge = claim(me_);
  EXPECT_EQ(claim(me_), challenge);
  EXPECT_EQ(claim(other_), challenge) << "nothing was proved yet, so the claim may change";
  EXPECT_EQ(prove(chain(other_, challenge)), "ok");
}

TEST_F(HandshakeTest, TheProofMustBeOfTheClaimedAddress) {
  auto const challenge = claim(me_);
  EXPECT_EQ(prove(chain(other_, challenge)), "wrong_owner");
  EXPECT_FALSE(handshake_->may_retry());
}

TEST_F(HandshakeTest, AFailedProofSpendsTheChallenge) {
  auto const challenge = claim(me_);
  EXPECT_EQ(prove(chain(me_, "dcl-stale")), "challenge_mismatch");
  EXPECT_FALSE(handshake_->may_retry());
  EXPECT_EQ(prove(chain(me_, challenge)), "challenge_mismatch");
  EXPECT_EQ(claim(me_), "challenge_mismatch");
  EXPECT_FALSE(handshake_->owner());
}

TEST_F(HandshakeTest, TextThatIsNoJsonDoesNotSpendTheChallenge) {
  auto const challenge = claim(me_);
  EXPECT_EQ(prove("{not json"), "malformed_json");
  EXPECT_TRUE(handshake_->may_retry());
  EXPECT_EQ(claim(other_), "unexpected_message") << "but the claim stands now";
  EXPECT_EQ(prove(chain(me_, challenge)), "ok");
}

TEST_F(HandshakeTest, JsonOfAnotherFormSpendsTheChallenge) {
  claim(me_);
  EXPECT_EQ(prove("[]"), "malformed_auth_chain");
  EXPECT_FALSE(handshake_->may_retry());
}

TEST_F(HandshakeTest, TheSameOwnerMayProveAgain) {
  auto const challenge = claim(me_);
  EXPECT_EQ(prove(chain(me_, challenge)), "ok");
  EXPECT_EQ(claim(me_), challenge);
  EXPECT_EQ(prove(chain(me_, challenge)), "ok");
}

TEST_F(HandshakeTest, NobodyElseMayUseAProvedChallenge) {
  auto const challenge = claim(me_);
  EXPECT_EQ(prove(chain(me_, challenge)), "ok");
  EXPECT_EQ(claim(other_), "unexpected_message");
  EXPECT_EQ(prove(chain(other_, challenge)), "wrong_owner");
  EXPECT_FALSE(handshake_->may_retry());
}

TEST_F(HandshakeTest, ProofsAreCounted) {
  auto const challenge = claim(me_);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(prove("{"), "malformed_json");
  EXPECT_EQ(prove(chain(me_, challenge)), "rate_limited");
  EXPECT_FALSE(handshake_->may_retry());
}

TEST_F(HandshakeTest, AProofNeedsAClaim) {
  EXPECT_EQ(prove(chain(me_, "dcl-x")), "unexpected_message");
  EXPECT_FALSE(handshake_->may_retry());
}

TEST_F(HandshakeTest, OnlyAddressesCanBeClaimed) {
  for (char const* const text :
       {"", "0x", "0x123", "me", "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2g"}) {
    auto const challenge = handshake_->claim(text);
    ASSERT_FALSE(challenge) << text;
    EXPECT_EQ(challenge.error().code, Errc::bad_address);
  }
}

TEST_F(HandshakeTest, AChallengeExpiresCountedFromItsFirstIssue) {
  restart({.challenge_lifetime = Millis(1000)});
  auto const challenge = claim(me_);
  loop_.advance(Millis(999));
  EXPECT_EQ(claim(me_), challenge);
  loop_.advance(Millis(1));
  EXPECT_EQ(claim(me_), "handshake_timeout");
  EXPECT_EQ(prove(chain(me_, challenge)), "handshake_timeout");
}

TEST_F(HandshakeTest, ASecondProofBesideTheFirstIsOutOfOrder) {
  FakeLoginVerifier slow;
  slow.holding = true;
  Handshake handshake(slow, loop_, "dcl-fixed");
  ASSERT_TRUE(handshake.claim(me_.address().text()));
  std::vector<std::string> outcomes;
  auto const note = [&](Result<Address> const& r) {
    outcomes.emplace_back(r ? "ok" : reason(r.error().code).label);
  };
  handshake.prove("[]", note);
  handshake.prove("[]", note);
  loop_.run_posted();
  EXPECT_EQ(outcomes, std::vector<std::string>{"unexpected_message"});
  slow.release();
  loop_.run_posted();
  EXPECT_EQ(outcomes.back(), "ok");
  EXPECT_EQ(slow.attempts.size(), 1U);
}

TEST_F(HandshakeTest, ADestroyedHandshakeCallsNobody) {
  bool called = false;
  auto const note = [&](Result<Address> const&) { called = true; };
  auto const challenge = claim(me_);
  handshake_->prove(chain(me_, challenge), note);
  handshake_.reset();
  loop_.run_posted();
  restart();
  handshake_->prove("[]", note);
  handshake_.reset();
  loop_.run_posted();
  EXPECT_FALSE(called);
}

TEST_F(HandshakeTest, ACallbackMayDestroyTheHandshake) {
  auto const challenge = claim(me_);
  handshake_->prove(chain(me_, challenge), [this](Result<Address> const&) { handshake_.reset(); });
  loop_.run_posted();
  EXPECT_EQ(handshake_, nullptr);
}

}  // namespace
}  // namespace archipelago::auth
