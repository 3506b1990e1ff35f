// /about as each generation of clients reads it, and the URLs in it.
#include "realm/about.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace archipelago::realm {
namespace {

namespace json = boost::json;

Facts const kRunning{{1'700'000'000'000}, true, false, 3, 2};

net::HttpRequest request(std::string host, bool tls = false) {
  net::HttpRequest asked;
  asked.method = "GET";
  asked.path = "/about";
  asked.tls = tls;
  if (!host.empty()) asked.headers.emplace_back("Host", std::move(host));
  return asked;
}

json::value at(json::object const& body, std::string_view pointer) {
  return json::value(body).at_pointer(pointer);
}

TEST(About, ServesClientsThatLookForTheBff) {
  auto const body = about({}, kRunning, "http://realm:8000");
  EXPECT_EQ(at(body, "/healthy"), true);
  EXPECT_EQ(at(body, "/acceptingUsers"), true);
  EXPECT_EQ(at(body, "/bff/healthy"), true);
  EXPECT_EQ(at(body, "/bff/publicUrl"), "/bff");
  EXPECT_EQ(at(body, "/bff/userCount"), 3);
  EXPECT_EQ(at(body, "/bff/protocolVersion"), "1.0_0");
  EXPECT_EQ(at(body, "/comms/protocol"), "v3");
}

TEST(About, ServesClientsThatReadTheAdapter) {
  auto const body = about({}, kRunning, "https://realm.example.org");
  EXPECT_EQ(at(body, "/comms/healthy"), true);
  EXPECT_EQ(at(body, "/comms/usersCount"), 2);
  EXPECT_EQ(at(body, "/comms/adapter"),
            "archipelago:archipelago:wss://realm.example.org/archipelago/ws");
  EXPECT_FALSE(body.at("comms").as_object().contains("fixedAdapter"))
      << "it would lead clients past the islands";
}

TEST(About, ARealmWithoutIslandsNamesItsOneAdapterAndNoOtherEntrance) {
  Config::Comms comms;
  comms.mode = "fixed-adapter";
  comms.adapter = "ws-room:wss://rooms.example.org/rooms/plaza";
  auto const body = about({}, kRunning, "http://x", fixed_connection(comms, "http://x"));
  EXPECT_EQ(at(body, "/comms/adapter"), json::value("fixed-adapter:" + comms.adapter));
  EXPECT_EQ(at(body, "/comms/fixedAdapter"), json::value(comms.adapter));
  EXPECT_EQ(at(body, "/comms/healthy"), true);
  EXPECT_EQ(at(body, "/acceptingUsers"), true);
  EXPECT_FALSE(body.contains("bff"));
}

TEST(About, EachModeHasItsConnectionString) {
  Config::Comms comms;
  EXPECT_EQ(fixed_connection(comms, "https://x"), "");
  comms.mode = "signed-login";
  EXPECT_EQ(fixed_connection(comms, "https://x"), "signed-login:https://x/signed-login");
  comms.mode = "offline";
  EXPECT_EQ(fixed_connection(comms, "https://x"), "offline:offline");
  auto const body = about({}, kRunning, "https://x", "offline:offline");
  EXPECT_EQ(at(body, "/comms/adapter"), "offline:offline") << "as WIRE 9 has it";
  EXPECT_EQ(at(body, "/comms/fixedAdapter"), "offline:offline");
}

TEST(About, NamesTheConfiguredWorld) {
  Config::Realm realm;
  realm.name = "hela";
  realm.eth_network = "sepolia";
  realm.commit_hash = "abc";
  realm.version = "1.2";
  realm.content_url = "https://c.example/content/";
  auto const body = about(realm, kRunning, "http://x");
  EXPECT_EQ(at(body, "/configurations/realmName"), "hela");
  EXPECT_EQ(at(body, "/configurations/networkId"), 11155111);
  EXPECT_EQ(at(body, "/configurations/scenesUrn"), json::array());
  EXPECT_EQ(at(body, "/configurations/globalScenesUrn"), json::array());
  EXPECT_EQ(at(body, "/content/publicUrl"), "https://c.example/content/");
  EXPECT_EQ(at(body, "/comms/commitHash"), "abc");
  EXPECT_EQ(at(body, "/bff/version"), "1.2");
}

TEST(About, NetworksHaveTheirChainIds) {
  Config::Realm realm;
  EXPECT_EQ(at(about(realm, kRunning, "http://x"), "/configurations/networkId"), 1);
  realm.eth_network = "goerli";
  EXPECT_EQ(at(about(realm, kRunning, "http://x"), "/configurations/networkId"), 5);
}

TEST(About, UnsetKeysAreLeftOut) {
  Config::Realm realm;
  realm.content_url.clear();
  realm.lambdas_url.clear();
  auto const body = about(realm, kRunning, "http://x");
  EXPECT_EQ(at(body, "/content"), json::parse(R"({"healthy":true})"));
  EXPECT_EQ(at(body, "/lambdas"), json::parse(R"({"healthy":true})"));
  EXPECT_FALSE(body.at("comms").as_object().contains("commitHash"));
  EXPECT_FALSE(body.at("bff").as_object().contains("version"));
  EXPECT_EQ(at(body, "/healthy"), true) << "a realm without a content server is whole";
}

TEST(About, ARealmWithoutIslandsIsNotHealthyAndTakesNobody) {
  auto facts = kRunning;
  facts.core_alive = false;
  auto const body = about({}, facts, "http://x");
  EXPECT_EQ(at(body, "/healthy"), false);
  EXPECT_EQ(at(body, "/comms/healthy"), false);
  EXPECT_EQ(at(body, "/bff/healthy"), true);
  EXPECT_EQ(at(body, "/acceptingUsers"), false);
}

TEST(About, AFullOrEndingRealmTakesNobody) {
  Config::Realm realm;
  realm.max_users = 3;
  EXPECT_FALSE(accepts_users(realm, kRunning));
  realm.max_users = 4;
  EXPECT_TRUE(accepts_users(realm, kRunning));
  auto facts = kRunning;
  facts.ending = true;
  EXPECT_FALSE(accepts_users(realm, facts));
}

TEST(About, TheStatusTellsHealth) {
  net::Router router;
  Config const config;
  auto facts = kRunning;
  register_about(
      router, config, [&facts] { return facts; },
      [] { return std::string("http://127.0.0.1:8000"); });
  auto const* const handler = router.find_http("GET", "/about");
  ASSERT_NE(handler, nullptr);
  net::HttpResponse got;
  (*handler)(request("realm:1"), [&](net::HttpResponse response) { got = std::move(response); });
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.content_type, "application/json");
  EXPECT_EQ(json::parse(got.body).at_pointer("/comms/adapter"),
            "archipelago:archipelago:ws://realm:1/archipelago/ws");
  facts.core_alive = false;
  (*handler)(request("realm:1"), [&](net::HttpResponse response) { got = std::move(response); });
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(json::parse(got.body).at_pointer("/healthy"), false);
}

TEST(BaseUrl, IsThePublicUrlWithoutItsSlash) {
  Config::Http http;
  http.public_url = "https://realm.example.org/";
  EXPECT_EQ(base_url(http, request("evil.example"), "http://l"), "https://realm.example.org");
}

TEST(BaseUrl, IsElseWhatTheClientCalled) {
  EXPECT_EQ(base_url({}, request("realm.lan:8000"), "http://l"), "http://realm.lan:8000");
  EXPECT_EQ(base_url({}, request("realm.lan", true), "http://l"), "https://realm.lan");
  EXPECT_EQ(base_url({}, request("[::1]:8000"), "http://l"), "http://[::1]:8000");
}

TEST(BaseUrl, NeverRepeatsWhatIsNoHost) {
  for (auto const* host : {"", "a b", "a/b", "a\"b", "a\r\nx: y", "user@host", "a?b", "a<b"})
    EXPECT_EQ(base_url({}, request(host), "http://127.0.0.1:8000"), "http://127.0.0.1:8000")
        << host;
  EXPECT_EQ(base_url({}, request(std::string(256, 'a')), "http://l"), "http://l");
}

}  // namespace
}  // namespace archipelago::realm
