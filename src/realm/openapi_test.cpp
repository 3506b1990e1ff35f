// The document and the routes of a running realm say the same.
#include "realm/openapi.hpp"

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "realm/realm.hpp"

namespace archipelago::realm {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Config loopback() {
  Config config;
  config.http.port = 0;
  config.http.shards = 1;
  return config;
}

TEST(OpenApi, DescribesEveryRouteOfARealmAndNothingElse) {
  auto const config = loopback();
  auto const realm = Realm::start(config);
  ASSERT_TRUE(realm);
  EXPECT_THAT(openapi_faults(config, (*realm)->routes()), IsEmpty());
}

TEST(OpenApi, FollowsTheMetricsToTheirPath) {
  auto config = loopback();
  config.metrics.path = "/inside/metrics";
  auto const realm = Realm::start(config);
  ASSERT_TRUE(realm);
  EXPECT_THAT(openapi_faults(config, (*realm)->routes()), IsEmpty());
  EXPECT_THAT(openapi_faults(loopback(), (*realm)->routes()),
              ElementsAre("GET /inside/metrics is not described", "GET /metrics is not served"));
}

TEST(OpenApi, LeavesOutTheStationThatIsOff) {
  auto config = loopback();
  config.station.enabled = false;
  auto const realm = Realm::start(config);
  ASSERT_TRUE(realm);
  EXPECT_THAT(openapi_faults(config, (*realm)->routes()), IsEmpty());
}

TEST(OpenApi, ARouteOfAnotherMethodIsNotDescribed) {
  net::Router router;
  router.http("DELETE", "/comms/peers/*", {});
  router.websocket("/peers", {});
  auto const faults = openapi_faults({}, router);
  for (auto const* const fault :
       {"DELETE /comms/peers/* is not described", "websocket /peers is not described",
        "GET /comms/peers/* is not served", "websocket /rooms/* is not served"})
    EXPECT_THAT(faults, Contains(fault));
}

TEST(OpenApi, HasThisBuildsVersion) {
  Config config;
  config.realm.version = "1.2";
  EXPECT_EQ(boost::json::parse(openapi_json(config, {})).at_pointer("/info/version"), "1.2");
}

TEST(OpenApi, TellsWhatIsServedAndNothingElse) {
  net::Router router;
  router.http("GET", "/peers/*", {});
  router.websocket("/rooms/*", {});
  auto const told = boost::json::parse(openapi_json({}, router));
  EXPECT_EQ(told.at("paths").as_object().size(), 1U);
  EXPECT_TRUE(told.at("paths").as_object().contains("/peers/{id}"));
  EXPECT_EQ(told.at("x-websockets").as_object().size(), 1U);
  EXPECT_TRUE(told.at("x-websockets").as_object().contains("/rooms/{id}"));
}

}  // namespace
}  // namespace archipelago::realm
