// What passes the schema check, and what it costs a hostile client to try.
#include "auth/chain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::auth {
namespace {

constexpr std::string_view kSigner = R"({"type":"SIGNER","payload":"0xabc","signature":""})";

Errc error_of(std::string_view json, ChainLimits const& limits = {}) {
  auto const chain = parse_chain(json, limits);
  return chain ? Errc::count_ : chain.error().code;
}

std::string array(std::string_view links) {
  return '[' + std::string(links) + ']';
}

TEST(Chain, LinksKeepTypePayloadAndSignature) {
  auto const chain = parse_chain(
      array(std::string(kSigner) +
            R"(,{"type":"ECDSA_EIP_1654_EPHEMERAL","payload":"a\nb","signature":"0x12"})"));
  ASSERT_TRUE(chain);
  ASSERT_EQ(chain->size(), 2U);
  EXPECT_EQ(chain->front(), (AuthLink{LinkType::signer, "0xabc", ""}));
  EXPECT_EQ(chain->back(), (AuthLink{LinkType::contract_ephemeral, "a\nb", "0x12"}));
  EXPECT_TRUE(needs_contract_wallet(*chain));
  EXPECT_EQ(owner(*chain), "0xabc");
}

TEST(Chain, TheOwnerOfAChainWithoutSignerHasTheLibrarysName) {
  EXPECT_EQ(owner({}), "Invalid-Owner-Address");
  EXPECT_EQ(owner({{LinkType::signed_entity, "0xabc", ""}}), "Invalid-Owner-Address");
}

TEST(Chain, TextThatIsNotJsonHasAReasonOfItsOwn) {
  EXPECT_EQ(error_of(""), Errc::malformed_json);
  EXPECT_EQ(error_of("{not json"), Errc::malformed_json);
  EXPECT_EQ(error_of(array(kSigner) + "x"), Errc::malformed_json);
  EXPECT_EQ(error_of("[{\"type\":\"SIGNER\",\"payload\":\"\xff\"}]"), Errc::malformed_json);
  EXPECT_EQ(error_of(R"([{"type":"SIGNER","payload":"\ud800"}])"), Errc::malformed_json);
}

TEST(Chain, OnlyNonEmptyArraysOfLinksAreChains) {
  for (char const* const json :
       {"null", "{}", "[]", "[null]", "[[]]", "[1]", R"(["SIGNER"])", R"([{"type":"SIGNER"}])",
        R"([{"payload":"x"}])", R"([{"type":1,"payload":"x"}])",
        R"([{"type":"SIGNER","payload":null}])"})
    EXPECT_EQ(error_of(json), Errc::malformed_auth_chain) << json;
}

TEST(Chain, TypesAreExact) {
  for (char const* const type :
       {"signer", "ECDSA_PERSONAL_EPHEMERAL", "ECDSA_PERSONAL_SIGNED_ENTITY", "", "SIGNER "})
    EXPECT_EQ(error_of(R"([{"type":")" + std::string(type) + R"(","payload":"x","signature":""}])"),
              Errc::malformed_auth_chain);
}

TEST(Chain, ASignersSignatureIsAbsentNullOrEmpty) {
  EXPECT_TRUE(parse_chain(R"([{"type":"SIGNER","payload":"x"}])"));
  EXPECT_TRUE(parse_chain(R"([{"type":"SIGNER","payload":"x","signature":null}])"));
  EXPECT_TRUE(parse_chain(R"([{"type":"SIGNER","payload":"x","signature":""}])"));
  EXPECT_EQ(error_of(R"([{"type":"SIGNER","payload":"x","signature":"0x"}])"),
            Errc::malformed_auth_chain);
  EXPECT_EQ(error_of(R"([{"type":"SIGNER","payload":"x","signature":0}])"),
            Errc::malformed_auth_chain);
}

TEST(Chain, OtherLinksNeedTheirSignatureKey) {
  EXPECT_TRUE(parse_chain(R"([{"type":"ECDSA_SIGNED_ENTITY","payload":"x","signature":null}])"));
  EXPECT_EQ(error_of(R"([{"type":"ECDSA_SIGNED_ENTITY","payload":"x"}])"),
            Errc::malformed_auth_chain);
  EXPECT_EQ(error_of(R"([{"type":"ECDSA_SIGNED_ENTITY","payload":"x","signature":{}}])"),
            Errc::malformed_auth_chain);
}

TEST(Chain, FurtherKeysAreIgnored) {
  EXPECT_TRUE(parse_chain(R"([{"type":"SIGNER","payload":"x","more":[1,{"a":null}]}])"));
}

TEST(Chain, LimitsHoldExactly) {
  ChainLimits const limits{.max_bytes = kSigner.size() * 3 + 4, .max_links = 3, .max_depth = 3};
  std::string const three =
      array(std::string(kSigner) + ',' + std::string(kSigner) + ',' + std::string(kSigner));
  EXPECT_TRUE(parse_chain(three, limits));
  EXPECT_EQ(error_of(three + ' ', limits), Errc::malformed_auth_chain);
  EXPECT_EQ(error_of(three, {.max_links = 2}), Errc::malformed_auth_chain);
  EXPECT_TRUE(parse_chain(R"([{"type":"SIGNER","payload":"x","a":[]}])", limits));
  EXPECT_EQ(error_of(R"([{"type":"SIGNER","payload":"x","a":[[]]}])", limits),
            Errc::malformed_auth_chain);
}

TEST(Chain, DeepNestingIsRefusedNotFollowed) {
  EXPECT_EQ(error_of(std::string(60'000, '[')), Errc::malformed_auth_chain);
}

AuthLink any_link() {
  auto const type = static_cast<LinkType>(*rc::gen::inRange(0, 5));
  auto text = [] { return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)); };
  return {type, text(), type == LinkType::signer ? std::string() : text()};
}

RC_GTEST_PROP(Chain, WhatIsWrittenIsReadBack, ()) {
  AuthChain chain(static_cast<std::size_t>(*rc::gen::inRange(1, 10)));
  for (auto& link : chain) link = any_link();
  auto const again = parse_chain(to_json(chain));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == chain);
}

}  // namespace
}  // namespace archipelago::auth
