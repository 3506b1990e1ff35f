// What the feed tells of a configuration.
#include "realm/station.hpp"

#include <gtest/gtest.h>

namespace archipelago::realm {
namespace {

TEST(Station, TheFeedTellsWhatTheRealmIsLike) {
  Config config;
  config.realm.name = "plaza";
  config.realm.version = "1.2";
  config.statistics.privacy = "parcel";
  config.islands.flush_seconds = 0.5;
  auto const realm = feed_realm(config);
  EXPECT_EQ(realm.name(), "plaza");
  EXPECT_EQ(realm.version(), "1.2");
  EXPECT_EQ(realm.privacy(), station::PARCEL);
  EXPECT_EQ(realm.flush_ms(), 500U);
  EXPECT_EQ(realm.join_m(), 80);
  EXPECT_EQ(realm.leave_m(), 100);
  EXPECT_EQ(realm.max_players(), 100U);
  EXPECT_EQ(realm.policy(), "crowd");
}

TEST(Station, SwitchedOffItServesNothing) {
  Config config;
  Metrics metrics;
  for (bool const enabled : {true, false}) {
    config.station.enabled = enabled;
    net::Router router;
    Station station(config, {.shards = {},
                             .snapshots = [] { return std::make_shared<islands::Snapshot>(); },
                             .quality = [] { return std::make_shared<islands::Quality>(); },
                             .lags = [] { return std::vector<NamedLag>(); },
                             .listening = [] { return "http://127.0.0.1:8000"; },
                             .metrics = metrics});
    station.register_endpoints(router);
    EXPECT_EQ(router.find_websocket("/station/feed") != nullptr, enabled);
    EXPECT_NE(router.find_http("GET", "/"), nullptr);
    if (!enabled) EXPECT_EQ(router.find_http("GET", "/assets/x.js"), nullptr);
  }
}

TEST(Station, ThePageMayReachThisRealmUnderAllItsNamesAndNobodyElse) {
  Config config;
  EXPECT_EQ(page_connects(config, "http://localhost:8000", "http://127.0.0.1:8000"),
            "ws://localhost:8000 wss://localhost:8000 ws://127.0.0.1:8000");
  EXPECT_EQ(page_connects(config, "https://r.example/path", "https://r.example/path"),
            "ws://r.example wss://r.example");
  config.comms.adapter = "ws-room:wss://rooms.example:7/rooms/plaza?access_token=x";
  EXPECT_EQ(page_connects(config, "https://r.example", "https://r.example"),
            "ws://r.example wss://r.example wss://rooms.example:7");
  config.comms.adapter = "offline:offline";
  EXPECT_EQ(page_connects(config, "https://r.example", "https://r.example"),
            "ws://r.example wss://r.example");
}

}  // namespace
}  // namespace archipelago::realm
