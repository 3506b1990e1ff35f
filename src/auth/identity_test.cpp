// Chains as clients make them.
#include "auth/identity.hpp"

#include <gtest/gtest.h>

#include "auth/ephemeral.hpp"
#include "auth/validate.hpp"

namespace archipelago::auth {
namespace {

constexpr WallTime kNow{1'700'000'000'000};
constexpr WallTime kLater{2'000'000'000'000};

TEST(Identity, ItsChainIsValidUntilItExpires) {
  SeededRandom random(1);
  auto const wallet = Key::generate(random);
  auto const identity = make_identity(wallet, random, kLater);
  auto const chain = sign_challenge(identity, "dcl-x");
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->size(), 3U);
  EXPECT_TRUE(validate(*chain, "dcl-x", kNow, nullptr));
  EXPECT_FALSE(validate(*chain, "dcl-x", kLater, nullptr));
  EXPECT_EQ(owner(*chain), wallet.address().text());
  EXPECT_NE(identity.ephemeral.address(), wallet.address());
}

TEST(Identity, TheOwnerCanSignByItself) {
  SeededRandom random(1);
  auto const wallet = Key::generate(random);
  auto const chain = sign_challenge(wallet, "dcl-x");
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->size(), 2U);
  EXPECT_TRUE(validate(*chain, "dcl-x", kNow, nullptr));
}

TEST(Identity, OnlyChallengesAreSignedAsChallenges) {
  for (char const* const text :
       {"", "dcl", "DCL-x", "get:/path:1700000000000:{}", "dcl-a:b", " dcl-x"}) {
    EXPECT_FALSE(is_challenge(text)) << text;
    SeededRandom random(1);
    auto const wallet = Key::generate(random);
    EXPECT_EQ(sign_challenge(wallet, text).error().code, Errc::challenge_mismatch);
    EXPECT_EQ(sign_challenge(make_identity(wallet, random, kLater), text).error().code,
              Errc::challenge_mismatch);
  }
  EXPECT_TRUE(is_challenge("dcl-"));
  EXPECT_TRUE(is_challenge("dcl-0.4fzyo82mvyr"));
}

TEST(Identity, ASignatureOfAnotherLengthIsAContracts) {
  SeededRandom random(1);
  auto const key = Key::generate(random);
  auto const text = delegation_text("Decentraland Login", key.address().text(), kLater);
  EXPECT_EQ(make_identity(key.address(), key, kLater, text, std::string(132, '0')).delegation.type,
            LinkType::ephemeral);
  EXPECT_EQ(make_identity(key.address(), key, kLater, text, std::string(130, '0')).delegation.type,
            LinkType::contract_ephemeral);
  EXPECT_EQ(make_identity(key.address(), key, kLater, text, std::string(262, '0')).delegation.type,
            LinkType::contract_ephemeral);
}

TEST(Identity, AKeyMayDelegateToItself) {
  SeededRandom random(1);
  auto const key = Key::generate(random);
  auto text = delegation_text("Decentraland Login", key.address().text(), kLater);
  auto signature = key.sign(text);
  auto const identity =
      make_identity(key.address(), key, kLater, std::move(text), std::move(signature));
  EXPECT_TRUE(validate(sign_payload(identity, "dcl-x"), "dcl-x", kNow, nullptr));
}

}  // namespace
}  // namespace archipelago::auth
