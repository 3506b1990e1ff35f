// Paths, parameters and routes.
#include "net/http.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::net {
namespace {

std::string decoded(std::string_view path) {
  return decode_path(path).value_or("refused");
}

TEST(HttpPath, EscapesAreDecoded) {
  EXPECT_EQ(decoded("/"), "/");
  EXPECT_EQ(decoded("/rooms/I%31%20b+c"), "/rooms/I1 b+c");
  EXPECT_EQ(decoded("/J%C3%BCrgen"), "/J\xC3\xBCrgen");
}

TEST(HttpPath, TricksAreRefused) {
  for (std::string_view path :
       {"", "a", "*", "/a/../b", "/..", "/.", "/a/./b", "/%2e%2e/x", "/a%2Fb", "/a%2fb", "/%",
        "/%4", "/%zz", "/%00", "/a%0d%0ab", "/%7f", "/%ff", "/%c0%af", "/%ed%a0%80"})
    EXPECT_EQ(decoded(path), "refused") << path;
  EXPECT_EQ(decoded("/" + std::string(511, 'a')).size(), 512U);
  EXPECT_EQ(decoded("/" + std::string(512, 'a')), "refused");
}

TEST(HttpPath, DotsWithinASegmentAreOrdinary) {
  EXPECT_EQ(decoded("/a..b/...c/.well-known"), "/a..b/...c/.well-known");
}

RC_GTEST_PROP(HttpPathProperty, WhatIsAcceptedHasNoTricks, (std::string const& bytes)) {
  auto const path = decode_path("/" + bytes);
  if (!path) return;
  RC_ASSERT(path->starts_with('/'));
  RC_ASSERT(path->size() <= 512U);
  RC_ASSERT((*path + "/").find("/../") == std::string::npos);
  RC_ASSERT(path->find('\0') == std::string::npos);
}

TEST(HttpRequest, HeadersAreFoundInAnyCaseAndTheFirstCounts) {
  HttpRequest request;
  request.headers = {{"X-Identity-Timestamp", "1"}, {"x-identity-timestamp", "2"}};
  EXPECT_EQ(request.header("x-IDENTITY-timestamp"), "1");
  EXPECT_EQ(request.header("x-identity"), "");
}

TEST(HttpRequest, ParametersAreDecodedAndTheFirstCounts) {
  HttpRequest request;
  request.query = "&empty=&flag&id=a%26b&id=c&sp+ace=1+2&broken=%";
  EXPECT_EQ(request.parameter("id"), "a&b");
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_EQ(request.parameter("flag"), "");
  EXPECT_EQ(request.parameter("sp ace"), "1 2");
  EXPECT_EQ(request.parameter("broken"), std::nullopt);
  EXPECT_EQ(request.parameter("nothing"), std::nullopt);
}

TEST(Router, AStarMatchesExactlyOneSegment) {
  Router router;
  router.websocket("/rooms/*", {});
  EXPECT_NE(router.find_websocket("/rooms/I1"), nullptr);
  for (auto const* path : {"/rooms", "/rooms/", "/rooms/a/b", "/room/a", "/x/rooms/a"})
    EXPECT_EQ(router.find_websocket(path), nullptr) << path;
}

TEST(Router, MethodsAreKeptApart) {
  Router router;
  router.http("GET", "/a", [](HttpRequest const&, HttpReply const&) {});
  router.http("POST", "/a", [](HttpRequest const&, HttpReply const&) {});
  router.websocket("/ws", {});
  EXPECT_NE(router.find_http("GET", "/a"), nullptr);
  EXPECT_EQ(router.find_http("PUT", "/a"), nullptr);
  EXPECT_EQ(router.methods("/a"), (std::vector<std::string>{"GET", "HEAD", "POST", "OPTIONS"}));
  EXPECT_EQ(router.methods("/ws"), (std::vector<std::string>{"GET", "OPTIONS"}));
  EXPECT_TRUE(router.methods("/b").empty());
}

}  // namespace
}  // namespace archipelago::net
