// The walk along a chain, for what the vectors do not cover.
#include "auth/validate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "auth/ephemeral.hpp"
#include "auth/identity.hpp"

namespace archipelago::auth {
namespace {

constexpr WallTime kNow{1'700'000'000'000};
constexpr WallTime kLater{2'000'000'000'000};
constexpr std::string_view kChallenge = "dcl-test";

Key key(char digit) {
  return *Key::from_hex(std::string(64, digit));
}

Errc error_of(AuthChain const& chain, ContractWallets* wallets = nullptr) {
  auto const result = validate(chain, kChallenge, kNow, wallets);
  return result ? Errc::count_ : result.error().code;
}

class FakeWallets final : public ContractWallets {
 public:
  bool approve = true;
  std::string asked;

  Result<> approves(Address const& contract, std::string_view text, std::string_view,
                    WallTime) override {
    asked = contract.str() + ": " + std::string(text);
    if (approve) return {};
    return fail(Errc::bad_signature, "no");
  }
};

AuthChain delegated_chain() {
  SeededRandom random(1);
  return sign_payload(make_identity(key('1'), random, kLater), kChallenge);
}

TEST(Validate, BothFormsOfAChainPass) {
  EXPECT_EQ(error_of(delegated_chain()), Errc::count_);
  EXPECT_EQ(error_of(sign_payload(key('1'), kChallenge)), Errc::count_);
}

TEST(Validate, AnEntityInTheMiddleDelegates) {
  auto chain = sign_payload(key('1'), key('2').address().text());
  chain.push_back({LinkType::signed_entity, std::string(kChallenge), key('2').sign(kChallenge)});
  EXPECT_EQ(error_of(chain), Errc::count_);
}

TEST(Validate, AContractIsAskedForTheTextWithoutCarriageReturns) {
  FakeWallets wallets;
  auto const text = delegation_text("x", key('2').address().text(), kLater);
  AuthChain chain{{LinkType::signer, key('9').address().str(), ""},
                  {LinkType::contract_ephemeral, "\r" + text, "0x12"},
                  {LinkType::signed_entity, std::string(kChallenge), key('2').sign(kChallenge)}};
  EXPECT_EQ(error_of(chain, &wallets), Errc::count_);
  EXPECT_EQ(wallets.asked, key('9').address().str() + ": " + text);
  wallets.approve = false;
  EXPECT_EQ(error_of(chain, &wallets), Errc::bad_signature);
  EXPECT_EQ(error_of(chain), Errc::wallet_unverifiable);
}

TEST(Validate, AContractThatIsNoAddressIsNotAskedFor) {
  FakeWallets wallets;
  EXPECT_EQ(error_of({{LinkType::signer, "vitalik.eth", ""},
                      {LinkType::contract_signed_entity, std::string(kChallenge), "0x12"}},
                     &wallets),
            Errc::bad_signature);
  EXPECT_EQ(wallets.asked, "");
}

RC_GTEST_PROP(Validate, OneBitChangedAnywhereIsRefused, ()) {
  static AuthChain const good = delegated_chain();
  auto chain = good;
  auto& link = chain[*rc::gen::inRange<std::size_t>(0, chain.size())];
  bool const in_payload = link.type == LinkType::signer || *rc::gen::arbitrary<bool>();
  auto& text = in_payload ? link.payload : link.signature;
  auto const bit = *rc::gen::inRange<std::size_t>(0, text.size() * 8);
  auto const was = text[bit / 8];
  text[bit / 8] = static_cast<char>(was ^ (1 << (bit % 8)));
  // Hexadecimal digits mean the same in either case, in an address and in a signature.
  bool const only_case = std::isalpha(static_cast<unsigned char>(was)) != 0 && bit % 8 == 5;
  bool const hexadecimal = !in_payload || link.type == LinkType::signer;
  RC_PRE(!(only_case && hexadecimal));
  RC_ASSERT(!validate(chain, kChallenge, kNow, nullptr));
}

}  // namespace
}  // namespace archipelago::auth
