// Tokens against those of the known services.
#include "auth/livekit_token.hpp"

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace archipelago::auth {
namespace {

namespace json = boost::json;

std::string text(json::value const& value) {
  return std::string(value.as_string());
}

TEST(LiveKitTokenVectors, EveryTokenIsTheKnownServicesByteForByte) {
  auto const file = json::parse(testing::read_vector_file("livekit.json"));
  std::size_t current = 0;
  std::size_t seed = 0;
  for (auto const& test_case : file.at("cases").as_array()) {
    auto const& input = test_case.at("input");
    bool const of_today = text(test_case.at("generation")).find("core") != std::string::npos;
    ++(of_today ? current : seed);
    LiveKitKey const key(text(input.at("apiKey")), text(input.at("apiSecret")));
    auto const token =
        key.issue(text(input.at("room")), *Address::parse(text(input.at("identity"))),
                  WallTime{input.at("now_s").to_number<std::int64_t>() * 1'000 + 999},
                  Millis{input.at("ttl_s").to_number<std::int64_t>() * 1'000},
                  of_today ? TokenGeneration::current : TokenGeneration::seed);
    EXPECT_EQ(token, text(test_case.at("token"))) << text(test_case.at("name"));
  }
  EXPECT_GT(current, 0);
  EXPECT_GT(seed, 0);
}

TEST(LiveKitToken, AnAddressIsAnIdentityInLowerCase) {
  LiveKitKey const key("devkey", "secret");
  auto const mixed = Address::parse("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A");
  auto const lower = Address::parse("0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a");
  EXPECT_EQ(key.issue("I1", *mixed, WallTime{1}), key.issue("I1", *lower, WallTime{1}));
}

}  // namespace
}  // namespace archipelago::auth
