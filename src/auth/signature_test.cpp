// Hashes, recovery and signing, against known values and against each other.
#include "auth/signature.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "auth/identity.hpp"
#include "base/hex.hpp"

namespace archipelago::auth {
namespace {

std::string hex(Hash const& hash) {
  return to_hex({reinterpret_cast<char const*>(hash.data()), hash.size()});
}

Key const& key() {
  static Key const made = *Key::from_hex(std::string(64, '1'));
  return made;
}

bool recovers(std::string_view text, std::string_view signature) {
  auto const signer = recover(personal_hash(text), signature);
  return signer && *signer == key().address();
}

std::string detail(std::string_view signature) {
  auto const signer = recover(personal_hash("text"), signature);
  return signer ? "" : signer.error().detail;
}

TEST(Signature, KeccakIsEthereumsAndNotSha3) {
  EXPECT_EQ(hex(keccak256("")), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(hex(keccak256("abc")),
            "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

TEST(Signature, PersonalHashCountsBytes) {
  EXPECT_EQ(hex(personal_hash("hello")),
            "50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750");
  EXPECT_EQ(personal_hash("\xc3\xa9"), keccak256("\x19"
                                                 "Ethereum Signed Message:\n2\xc3\xa9"));
}

TEST(Signature, AddressesFollowFromKeys) {
  EXPECT_EQ(key().address().text(), "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a");
}

TEST(Signature, ZeroAndTheOrderAreNoKeys) {
  EXPECT_FALSE(Key::from_hex(std::string(64, '0')));
  EXPECT_FALSE(Key::from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
  EXPECT_TRUE(Key::from_hex("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"));
  EXPECT_FALSE(Key::from_hex("11"));
}

TEST(Signature, SignersWriteTheUsualForm) {
  auto const signature = key().sign("text");
  EXPECT_EQ(signature.size(), kSignatureLength);
  EXPECT_TRUE(has_signature_form(signature));
  EXPECT_TRUE(signature.ends_with("1b") || signature.ends_with("1c"));
  EXPECT_EQ(signature, key().sign("text"));
}

TEST(Signature, RecoveryByteZeroAndOneCountAs27And28) {
  for (char const* const text : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    auto signature = key().sign(text);
    bool const first = signature.ends_with("1b");
    auto const body = signature.substr(0, 130);
    EXPECT_TRUE(recovers(text, body + (first ? "00" : "01")));
    EXPECT_FALSE(recovers(text, body + (first ? "01" : "00")));
    EXPECT_TRUE(recovers(text, body + (first ? "0" : "1"))) << "a lone last digit is a byte";
  }
}

TEST(Signature, FormIsCheckedWithTheLibrarysTexts) {
  auto const good = key().sign("text");
  EXPECT_EQ(detail(""), "String signatures must be encoded in hex");
  EXPECT_EQ(detail("0x"), "String signatures must be encoded in hex");
  EXPECT_EQ(detail("0X" + good.substr(2)), "String signatures must be encoded in hex");
  EXPECT_EQ(detail(good.substr(0, 131) + "g"), "String signatures must be encoded in hex");
  EXPECT_EQ(detail(good.substr(0, 130)), "Invalid ethereum signature");
  EXPECT_EQ(detail(good + "00"), "Invalid ethereum signature");
  EXPECT_EQ(detail(good.substr(0, 130) + "1d"),
            "Invalid signature recovery value: 29. Expected 27 or 28.");
  EXPECT_EQ(detail(good.substr(0, 130) + "ff"),
            "Invalid signature recovery value: 255. Expected 27 or 28.");
}

TEST(Signature, NumbersOutsideTheCurveAreRefused) {
  std::string const zero(64, '0');
  std::string const one = std::string(63, '0') + '1';
  std::string const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
  for (auto const& [r, s] :
       {std::pair{zero, one}, {one, zero}, {order, one}, {one, order}, {zero, zero}})
    EXPECT_NE(detail("0x" + r + s + "1b"), "");
}

RC_GTEST_PROP(Signature, WhoSignedIsRecovered, (std::string const& text, std::uint64_t seed)) {
  SeededRandom random(seed);
  auto const signer = Key::generate(random);
  auto const recovered = recover(personal_hash(text), signer.sign(text));
  RC_ASSERT(recovered.has_value());
  RC_ASSERT(*recovered == signer.address());
}

RC_GTEST_PROP(Signature, OneBitChangedInTextOrSignatureIsSomebodyElse, (std::string text)) {
  text += 'x';
  auto const signature = key().sign(text);
  auto const bit = *rc::gen::inRange<std::size_t>(0, text.size() * 8);
  auto changed = text;
  changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
  RC_ASSERT(!recovers(changed, signature));

  auto bytes = *from_hex(std::string_view(signature).substr(2));
  auto const place = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
  bytes[place / 8] = static_cast<char>(bytes[place / 8] ^ (1 << (place % 8)));
  RC_ASSERT(!recovers(text, "0x" + to_hex(bytes)));
}

}  // namespace
}  // namespace archipelago::auth
