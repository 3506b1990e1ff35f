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
                             .metrics = metrics});
    station.register_endpoints(router);
    EXPECT_EQ(router.find_websocket("/station/feed") != nullptr, enabled);
  }
}

}  // namespace
}  // namespace archipelago::realm
