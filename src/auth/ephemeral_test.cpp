// The three lines of a delegation.
#include "auth/ephemeral.hpp"

#include <gtest/gtest.h>

namespace archipelago::auth {
namespace {

constexpr std::string_view kText =
    "Decentraland Login\nEphemeral address: 0xabc\nExpiration: 2033-05-18T03:33:20.000Z";
constexpr WallTime kExpires{2'000'000'000'000};

TEST(Delegation, ItsPartsAreRead) {
  auto const delegation = parse_delegation(kText);
  ASSERT_TRUE(delegation);
  EXPECT_EQ(delegation->message, kText);
  EXPECT_EQ(delegation->delegate, "0xabc");
  EXPECT_EQ(delegation->expires, kExpires);
}

TEST(Delegation, CarriageReturnsAreNoPartOfTheMessage) {
  auto const delegation = parse_delegation(
      "\rDecentraland\r Login\r\nEphemeral address: 0xa\rbc\r\nExpiration: "
      "2033-05-18T03:33:20.000Z\r");
  ASSERT_TRUE(delegation);
  EXPECT_EQ(delegation->message, kText);
  EXPECT_EQ(delegation->delegate, "0xabc");
}

TEST(Delegation, FurtherLinesAreIgnoredButStayInTheMessage) {
  auto const text = std::string(kText) + "\nand more\n";
  auto const delegation = parse_delegation(text);
  ASSERT_TRUE(delegation);
  EXPECT_EQ(delegation->message, text);
  EXPECT_EQ(delegation->expires, kExpires);
}

TEST(Delegation, ThePurposeIsFreeAndTheDelegateUntrimmed) {
  auto const delegation = parse_delegation("\nEphemeral address:  0x \nExpiration: 2033");
  ASSERT_TRUE(delegation);
  EXPECT_EQ(delegation->delegate, " 0x ");
}

TEST(Delegation, PrefixesAreExact) {
  for (char const* const text :
       {"", "\n", "\n\n", "x\nEphemeral address: 0x", "x\nephemeral address: 0x\nExpiration: 2033",
        "x\nEphemeral address: 0x\nExpiration:2033",
        "x\nExpiration: 2033\nEphemeral address: 0x"}) {
    auto const delegation = parse_delegation(text);
    ASSERT_FALSE(delegation) << text;
    EXPECT_EQ(delegation.error().code, Errc::malformed_auth_chain);
    EXPECT_EQ(delegation.error().detail,
              "Invalid ephemeral payload. Expected 3 lines with \"Ephemeral address: \" on line 2 "
              "and \"Expiration: \" on line 3.");
  }
}

TEST(Delegation, ItHoldsUntilAndNotAtItsExpiry) {
  auto const delegation = *parse_delegation(kText);
  EXPECT_TRUE(check_expiry(delegation, {kExpires.ms_since_epoch - 1}));
  auto const expired = check_expiry(delegation, kExpires);
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().code, Errc::delegation_expired);
  EXPECT_EQ(expired.error().detail,
            "Ephemeral key expired. Expiration: 2000000000000. Test: 2000000000000");
}

TEST(Delegation, WhatIsWrittenIsReadBack) {
  EXPECT_EQ(delegation_text("Decentraland Login", "0xabc", kExpires), kText);
}

}  // namespace
}  // namespace archipelago::auth
