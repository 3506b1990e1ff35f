// What /about says, in every form that realms use, and in forms that no realm should.
#include "client/about_info.hpp"

#include <string>

#include <gtest/gtest.h>

namespace archipelago::client {
namespace {

constexpr std::string_view kBoth = R"({
  "healthy": true, "acceptingUsers": true, "somethingNew": [1, {"x": null}],
  "configurations": {"networkId": 1, "globalScenesUrn": [], "realmName": "hela"},
  "comms": {"healthy": true, "protocol": "v3", "usersCount": 3, "version": "1",
            "adapter": "archipelago:archipelago:wss://realm.example.org/ws"},
  "bff": {"healthy": true, "publicUrl": "/bff"}})";

TEST(AboutInfo, TakesWhatItKnowsAndIgnoresTheRest) {
  auto const about = parse_about(kBoth);
  ASSERT_TRUE(about);
  EXPECT_TRUE(about->healthy);
  EXPECT_TRUE(about->accepting_users);
  EXPECT_EQ(about->realm_name, "hela");
  EXPECT_EQ(about->protocol, "v3");
  EXPECT_EQ(about->users, 3);
  EXPECT_EQ(about->bff, "/bff");
}

TEST(AboutInfo, AbsentAndNullKeysHaveTheirDefaults) {
  for (char const* const text : {"{}", R"({"comms":null,"bff":null,"acceptingUsers":null})"}) {
    auto const about = parse_about(text);
    ASSERT_TRUE(about) << text;
    EXPECT_FALSE(about->healthy);
    EXPECT_TRUE(about->accepting_users);
    EXPECT_EQ(about->users, std::nullopt);
    EXPECT_EQ(about->bff, std::nullopt);
    EXPECT_EQ(about->adapter, std::nullopt);
  }
}

TEST(AboutInfo, ABffThatIsNotHealthyIsNoEntrance) {
  EXPECT_EQ(parse_about(R"({"bff":{"healthy":false,"publicUrl":"/bff"}})")->bff, std::nullopt);
  EXPECT_EQ(parse_about(R"({"bff":{"publicUrl":"/bff"}})")->bff, std::nullopt);
  EXPECT_EQ(parse_about(R"({"bff":{"healthy":true}})")->bff, "/bff") << "the known default";
}

struct Bad {
  std::string json;
  std::string_view says;
};

class BadAbout : public ::testing::TestWithParam<Bad> {};

TEST_P(BadAbout, IsRefusedWithTheKeyNamed) {
  auto const about = parse_about(GetParam().json);
  ASSERT_FALSE(about);
  EXPECT_EQ(about.error().code, Errc::upstream_failed);
  EXPECT_NE(about.error().detail.find(GetParam().says), std::string::npos) << about.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    AboutInfo, BadAbout,
    ::testing::Values(
        Bad{"", "not JSON"}, Bad{"<html>", "not JSON"}, Bad{"{} x", "not JSON"},
        Bad{"[]", "not an object"}, Bad{R"({"healthy":"yes"})", "healthy is not true or false"},
        Bad{R"({"comms":[]})", "comms is not an object"},
        Bad{R"({"comms":{"protocol":3}})", "comms.protocol is not a text"},
        Bad{R"({"comms":{"usersCount":-1}})", "comms.usersCount is not a whole number"},
        Bad{R"({"comms":{"usersCount":1.5}})", "comms.usersCount is not a whole number"},
        Bad{R"({"configurations":{"realmName":[]}})", "configurations.realmName"},
        Bad{R"({"bff":{"healthy":true,"publicUrl":{}}})", "bff.publicUrl"},
        Bad{std::string(5000, '[') + std::string(5000, ']'), "not JSON"}));

TEST(Entrances, AreTheBffsRpcAndTheAdaptersWebsocket) {
  auto const found = entrances(*parse_about(kBoth), "https://realm.example.org/main");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bff, "wss://realm.example.org/main/bff/rpc");
  EXPECT_EQ(found->direct, "wss://realm.example.org/ws");
  EXPECT_EQ(found->fixed, std::nullopt);
}

TEST(Entrances, ABffMayLiveElsewhere) {
  AboutInfo about;
  about.bff = "http://bff.example.org:5000/";
  EXPECT_EQ(entrances(about, "https://realm.example.org")->bff, "ws://bff.example.org:5000/rpc");
}

TEST(Entrances, ARealmMayHaveOneFixedBackendInOldAndNewSpelling) {
  AboutInfo about;
  about.fixed_adapter = "ws-room:wss://example.org/rooms/x";
  EXPECT_EQ(entrances(about, "http://r")->fixed, "ws-room:wss://example.org/rooms/x");
  about.adapter = "fixed-adapter:ws-room:wss://example.org/rooms/x";
  EXPECT_EQ(entrances(about, "http://r")->fixed, about.adapter);
  about.adapter = "offline:offline";
  EXPECT_EQ(entrances(about, "http://r")->fixed, "offline:offline");
}

TEST(Entrances, WhatCannotBeConnectedToIsAnError) {
  AboutInfo about;
  about.adapter = "archipelago:archipelago:http://no-websocket";
  EXPECT_FALSE(entrances(about, "http://r"));
  about.adapter = "?";
  EXPECT_FALSE(entrances(about, "http://r"));
  about.adapter.reset();
  about.bff = "@evil.example.org";
  EXPECT_FALSE(entrances(about, "http://r")) << "would send the login to another host";
}

TEST(RealmUrl, IsHttpWithoutQueryOrSlashAtItsEnd) {
  EXPECT_EQ(realm_url("http://127.0.0.1:8000/").value(), "http://127.0.0.1:8000");
  EXPECT_EQ(realm_url("https://example.org/main//").value(), "https://example.org/main");
  for (char const* const bad : {"", "example.org", "ws://example.org", "http://", "http://x/?a=b"})
    EXPECT_EQ(realm_url(bad).error().code, Errc::bad_request) << bad;
}

}  // namespace
}  // namespace archipelago::client
