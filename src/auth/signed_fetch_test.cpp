// Signed requests as the official middleware answers them.
#include "auth/signed_fetch.hpp"

#include <map>
#include <set>

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include "auth/identity.hpp"
#include "support/vectors.hpp"

namespace archipelago::auth {
namespace {

namespace json = boost::json;
using Headers = std::map<std::string, std::string>;

std::string text(json::value const& value) {
  return std::string(value.as_string());
}

SignedRequest request(std::string method, std::string path, Headers headers) {
  return {std::move(method), std::move(path),
          [headers = std::move(headers)](std::string_view name) -> std::string const* {
            auto const at = headers.find(std::string(name));
            return at == headers.end() ? nullptr : &at->second;
          }};
}

/// As a server does: reads, then verifies.
Result<SignedFetch> judge(SignedRequest const& asked, WallTime now) {
  return read_signed_fetch(asked, now).and_then([&](SignedFetch&& fetch) -> Result<SignedFetch> {
    auto const chain = check_form(fetch.attempt, now);
    if (!chain) return tl::unexpected(chain.error());
    auto const who = verify(*chain, fetch.attempt.challenge, now, nullptr);
    if (!who) return tl::unexpected(who.error());
    return std::move(fetch);
  });
}

/// Where we are stricter.
std::set<std::string> const kRefused{"signed one year in the future"};

TEST(SignedFetchVectors, EveryRequestIsAnsweredAsTheOfficialMiddlewareDoes) {
  auto const file = json::parse(testing::read_vector_file("signedfetch.json"));
  for (auto const& test_case : file.at("cases").as_array()) {
    auto const name = text(test_case.at("name"));
    Headers headers;
    for (auto const& [key, value] : test_case.at("headers").as_object())
      headers[std::string(key)] = text(value);
    auto const asked = request(text(test_case.at("method")), text(test_case.at("path")), headers);
    WallTime const now{test_case.at("now").to_number<std::int64_t>()};
    auto const answer = judge(asked, now);
    auto const& expect = test_case.at("expect");
    if (kRefused.contains(name)) {
      EXPECT_FALSE(answer) << name;
      continue;
    }
    ASSERT_EQ(answer.has_value(), expect.at("ok").as_bool())
        << name << ": " << (answer ? "" : answer.error().detail);
    if (answer) {
      EXPECT_EQ(answer->attempt.claimed.text(), text(expect.at("address"))) << name;
      EXPECT_EQ(is_comms_handshake(*answer), expect.at("comms_handshake").as_bool()) << name;
      continue;
    }
    auto const status = answer.error().code == Errc::bad_request ? 400 : 401;
    EXPECT_EQ(status, expect.at("status").to_number<int>()) << name;
    auto const said = text(expect.at("message"));
    bool const parsers = said.starts_with("Invalid chain format: ");
    if (answer.error().code != Errc::delegation_expired)
      EXPECT_EQ(answer.error().detail.substr(0, parsers ? 22 : std::string::npos),
                said.substr(0, parsers ? 22 : std::string::npos))
          << name;
  }
}

struct Signer {
  SignedRequest sign(WallTime at, std::string const& metadata) {
    auto const chain =
        sign_payload(identity, signed_fetch_payload("POST", "/signed-login", at, metadata));
    Headers headers{{"x-identity-timestamp", std::to_string(at.ms_since_epoch)},
                    {"x-identity-metadata", metadata}};
    for (std::size_t i = 0; i < chain.size(); ++i)
      headers["x-identity-auth-chain-" + std::to_string(i)] =
          json::serialize(json::parse(to_json({chain[i]})).as_array()[0]);
    return request("POST", "/signed-login", std::move(headers));
  }

  SeededRandom random{1};
  WallTime now{1'700'000'000'000};
  Identity identity = make_identity(Key::generate(random), random, now + Millis{3'600'000});
};

TEST(SignedFetch, HoldsForAMinuteInBothDirections) {
  Signer signer;
  for (auto const [offset, good] :
       {std::pair(0, true), std::pair(-60'000, true), std::pair(-60'001, false),
        std::pair(60'000, true), std::pair(60'001, false)})
    EXPECT_EQ(judge(signer.sign(signer.now + Millis{offset}, "{}"), signer.now).has_value(), good)
        << offset;
}

TEST(SignedFetch, IsAHandshakeOnlyForTheExplorerAndThatIntent) {
  Signer signer;
  auto const handshake = [&](std::string const& metadata) {
    auto const fetch = judge(signer.sign(signer.now, metadata), signer.now);
    return fetch && is_comms_handshake(*fetch);
  };
  EXPECT_TRUE(handshake(R"({"intent":"dcl:explorer:comms-handshake","signer":"dcl:explorer"})"));
  EXPECT_FALSE(handshake(
      R"({"intent":"dcl:explorer:comms-handshake","signer":"decentraland-kernel-scene"})"));
  EXPECT_FALSE(handshake(R"({"intent":"dcl:explorer:other","signer":"dcl:explorer"})"));
  EXPECT_FALSE(handshake(R"({"intent":"DCL:explorer:comms-handshake","signer":"dcl:explorer"})"));
  for (auto const* const other : {"[]", "1", "null", "{\"signer\":1}"})
    EXPECT_FALSE(handshake(other)) << other;
}

TEST(SignedFetch, LettersOfEveryAlphabetAreLowered) {
  Signer signer;
  for (auto const* const name : {"ÄÖÜ", "ÇĞIŞ", "ΣΟΦΟΣ", "İstanbul", "Привет", "𐐀"})
    EXPECT_TRUE(judge(signer.sign(signer.now, std::string(R"({"n":")") + name + "\"}"), signer.now))
        << name;
  EXPECT_EQ(signed_fetch_payload("POST", "/A", {1}, "Ñandú"), "post:/a:1:ñandú");
}

TEST(SignedFetch, AHundredLinksAreNotRead) {
  Headers headers;
  for (int i = 0; i < 100; ++i) headers["x-identity-auth-chain-" + std::to_string(i)] = "{}";
  auto const answer = read_signed_fetch(request("POST", "/", headers), {1});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().detail, "Invalid Auth Chain");
}

}  // namespace
}  // namespace archipelago::auth
