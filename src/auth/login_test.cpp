// What a login needs beyond a valid chain, each refused before any curve work.
#include "auth/login.hpp"

#include <gtest/gtest.h>

#include "auth/ephemeral.hpp"
#include "auth/identity.hpp"

namespace archipelago::auth {
namespace {

constexpr WallTime kNow{1'700'000'000'000};
constexpr WallTime kLater{2'000'000'000'000};
constexpr std::string_view kChallenge = "dcl-abc";

class LoginTest : public ::testing::Test {
 protected:
  LoginTest() : chain_(sign_payload(make_identity(wallet_, random_, kLater), kChallenge)) {}

  [[nodiscard]] Errc form(Address const& claimed, std::string_view challenge) const {
    auto const chain = check_form({claimed, std::string(challenge), to_json(chain_)}, kNow);
    return chain ? kGood : chain.error().code;
  }
  [[nodiscard]] Errc form() const { return form(wallet_.address(), kChallenge); }

  static constexpr Errc kGood = Errc::count_;
  SeededRandom random_{1};
  Key wallet_ = Key::generate(random_);
  AuthChain chain_;
};

TEST_F(LoginTest, AGoodChainPassesBothPhases) {
  ASSERT_EQ(form(), kGood);
  EXPECT_EQ(verify(chain_, kChallenge, kNow, nullptr), wallet_.address());
}

TEST_F(LoginTest, TheTwoLinkFormPasses) {
  chain_ = sign_payload(wallet_, kChallenge);
  ASSERT_EQ(form(), kGood);
  EXPECT_EQ(verify(chain_, kChallenge, kNow, nullptr), wallet_.address());
}

TEST_F(LoginTest, OneLinkSignsNothing) {
  chain_ = {{LinkType::signer, std::string(kChallenge), ""}};
  EXPECT_EQ(form(), Errc::malformed_auth_chain);
  EXPECT_FALSE(verify(chain_, kChallenge, kNow, nullptr));
  chain_ = {{LinkType::signer, wallet_.address().str(), ""}};
  EXPECT_FALSE(verify(chain_, wallet_.address().text(), kNow, nullptr));
}

TEST_F(LoginTest, TheOwnerIsAnAddressAndTheClaimedOne) {
  SeededRandom random(2);
  EXPECT_EQ(form(Key::generate(random).address(), kChallenge), Errc::wrong_owner);
  chain_.front().payload = "me";
  EXPECT_EQ(form(), Errc::malformed_auth_chain);
}

TEST_F(LoginTest, TheChallengeIsExact) {
  EXPECT_EQ(form(wallet_.address(), "dcl-abcd"), Errc::challenge_mismatch);
  EXPECT_EQ(form(wallet_.address(), "dcl-ABC"), Errc::challenge_mismatch);
  EXPECT_EQ(form(wallet_.address(), ""), Errc::challenge_mismatch);
  chain_ = sign_payload(wallet_, "");
  EXPECT_EQ(form(wallet_.address(), ""), Errc::challenge_mismatch) << "an empty challenge is none";
}

TEST_F(LoginTest, ADelegationDoesNotSignAChallenge) {
  auto const text = delegation_text("x", wallet_.address().text(), kLater);
  chain_ = {{LinkType::signer, wallet_.address().str(), ""},
            {LinkType::ephemeral, text, wallet_.sign(text)}};
  EXPECT_EQ(form(wallet_.address(), text), Errc::challenge_mismatch);
}

TEST_F(LoginTest, AnExpiredDelegationIsRefusedBeforeTheCurve) {
  chain_ = sign_payload(make_identity(wallet_, random_, kNow), kChallenge);
  EXPECT_EQ(form(), Errc::delegation_expired);
}

TEST_F(LoginTest, SignaturesHaveTheirForm) {
  auto const good = chain_.back().signature;
  for (auto const& bad : {std::string(), good.substr(0, 131), good + "0", "0X" + good.substr(2),
                          good.substr(0, 131) + "g"}) {
    chain_.back().signature = bad;
    EXPECT_EQ(form(), Errc::bad_signature) << bad;
  }
}

TEST_F(LoginTest, WhoMustSignIsAnAddress) {
  chain_[1].payload = delegation_text("x", "somebody", kLater);
  EXPECT_EQ(form(), Errc::bad_signature);
}

TEST_F(LoginTest, AContractsSignatureIsAnyWholeBytes) {
  chain_ = {{LinkType::signer, wallet_.address().str(), ""},
            {LinkType::contract_signed_entity, std::string(kChallenge), "0x"}};
  EXPECT_EQ(form(), kGood);
  chain_.back().signature = "0x123";
  EXPECT_EQ(form(), Errc::bad_signature);
  chain_.back().signature = "";
  EXPECT_EQ(form(), Errc::bad_signature);
}

TEST_F(LoginTest, AForgedSignaturePassesTheFormAndFailsTheCurve) {
  SeededRandom random(3);
  chain_.back().signature = Key::generate(random).sign(kChallenge);
  ASSERT_EQ(form(), kGood);
  auto const verified = verify(chain_, kChallenge, kNow, nullptr);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Errc::bad_signature);
}

}  // namespace
}  // namespace archipelago::auth
