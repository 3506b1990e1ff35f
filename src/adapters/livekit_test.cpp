// Connection strings of LiveKit hosts, against the known services'.
#include "adapters/livekit.hpp"

#include <stdexcept>

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace archipelago::adapters {
namespace {

namespace json = boost::json;

std::string text(json::value const& value) {
  return std::string(value.as_string());
}

TEST(LiveKitVectors, EveryConnectionStringIsTheKnownServices) {
  auto const file = json::parse(testing::read_vector_file("livekit.json"));
  for (auto const& test_case : file.at("cases").as_array()) {
    auto const& input = test_case.at("input");
    bool const of_today = text(test_case.at("generation")).find("core") != std::string::npos;
    LiveKitOptions const options{
        .token_lifetime = Millis{300'000},
        .generation = of_today ? auth::TokenGeneration::current : auth::TokenGeneration::seed};
    auth::LiveKitKey const key(text(input.at("apiKey")), text(input.at("apiSecret")));
    LiveKit backend(text(input.at("host")), key, options);
    EXPECT_EQ(*backend.connection_string(
                  text(input.at("room")), *Address::parse(text(input.at("identity"))),
                  WallTime{input.at("now_s").to_number<std::int64_t>() * 1'000}),
              text(test_case.at("conn_str")));
  }
}

TEST(LiveKit, AHostIsAWebsocketUrl) {
  auth::LiveKitKey const key("k", "s");
  for (auto const* const host : {"", "lk.example.org", "https://lk.example.org", "wss://"})
    EXPECT_THROW(LiveKit(host, key), std::invalid_argument) << host;
}

TEST(LiveKit, ItKnowsItsOwnConnectionStrings) {
  LiveKit backend("wss://h", auth::LiveKitKey("k", "s"));
  EXPECT_TRUE(backend.carries("livekit:wss://h"));
  for (auto const* const other : {"", "livekit:wss://h2", "livekit:", "ws-room:wss://h"})
    EXPECT_FALSE(backend.carries(other)) << other;
}

TEST(LiveKit, AnIslandWithoutNameIsRefused) {
  LiveKit backend("wss://h", auth::LiveKitKey("k", "s"));
  auto const player = *Address::parse("0x" + std::string(40, 'a'));
  EXPECT_EQ(backend.connection_string("", player, WallTime{0}).error().code, Errc::internal_error);
}

}  // namespace
}  // namespace archipelago::adapters
