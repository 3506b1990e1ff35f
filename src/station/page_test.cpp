// What browsers and others get of a made-up page.
#include "station/page.hpp"

#include <array>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace archipelago::station {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<Asset, 2> kAssets{{{.path = "/",
                                         .content_type = "text/html; charset=utf-8",
                                         .hash = "h1",
                                         .bytes = "<!doctype html>",
                                         .gzip = ""},
                                        {.path = "/assets/main-X.js",
                                         .content_type = "text/javascript; charset=utf-8",
                                         .hash = "h2",
                                         .bytes = "plain",
                                         .gzip = "zipped"}}};

struct BuiltIn : ::testing::Test {
  explicit BuiltIn(std::span<Asset const> assets = kAssets)
      : page(assets, [](net::HttpRequest const&) { return "ws://here"; }) {
    page.register_endpoints(router, [](net::HttpRequest const&, net::HttpReply const& reply) {
      net::HttpResponse response;
      response.body = "{}";
      reply(std::move(response));
    });
  }

  net::HttpResponse get(std::string const& path,
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
    net::HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.headers = std::move(headers);
    net::HttpResponse got;
    auto const* const handler = router.find_http("GET", path);
    EXPECT_NE(handler, nullptr) << path;
    if (handler != nullptr)
      (*handler)(request, [&](net::HttpResponse response) { got = std::move(response); });
    return got;
  }
  static std::string header(net::HttpResponse const& response, std::string_view name) {
    for (auto const& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }

  Page page;
  net::Router router;
};

TEST_F(BuiltIn, BrowsersGetThePageAndEverybodyElseTheDescription) {
  auto const browser = get("/", {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}});
  EXPECT_EQ(browser.content(), "<!doctype html>");
  EXPECT_EQ(browser.content_type, "text/html; charset=utf-8");
  for (std::string const accept :
       {"", "*/*", "application/json", "application/json, text/html;q=0"})
    EXPECT_EQ(get("/", {{"Accept", accept}}).content(), "{}") << accept;
  EXPECT_THAT(header(get("/"), "Vary"), HasSubstr("Accept"));
}

TEST_F(BuiltIn, ThePageMayConnectOnlyWhereItIsTold) {
  auto const policy = header(get("/", {{"Accept", "text/html"}}), "Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("connect-src 'self' ws://here;"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_EQ(header(get("/", {{"Accept", "text/html"}}), "X-Content-Type-Options"), "nosniff");
}

TEST_F(BuiltIn, PartsAreKeptForEverAndThePageIsAskedForAgain) {
  EXPECT_EQ(header(get("/", {{"Accept", "text/html"}}), "Cache-Control"), "no-cache");
  auto const part = get("/assets/main-X.js");
  EXPECT_EQ(header(part, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(part, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(get("/assets/other.js").status, 404);
}

TEST_F(BuiltIn, WhoHasItAlreadyIsToldSo) {
  auto const tag = header(get("/assets/main-X.js"), "ETag");
  auto const again = get("/assets/main-X.js", {{"If-None-Match", "\"x\", " + tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.content(), "");
  EXPECT_EQ(header(again, "ETag"), tag);
  EXPECT_EQ(get("/assets/main-X.js", {{"If-None-Match", "\"x\""}}).status, 200);
}

TEST_F(BuiltIn, WhoUnderstandsItGetsItCompressed) {
  auto const zipped = get("/assets/main-X.js", {{"Accept-Encoding", "br, gzip;q=0.9"}});
  EXPECT_EQ(zipped.content(), "zipped");
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  auto const plain = get("/assets/main-X.js", {{"Accept-Encoding", "gzip;q=0, identity"}});
  EXPECT_EQ(plain.content(), "plain");
  EXPECT_NE(header(plain, "ETag"), header(zipped, "ETag"));
  EXPECT_EQ(get("/", {{"Accept", "text/html"}, {"Accept-Encoding", "gzip"}}).content(),
            "<!doctype html>");
}

struct WithoutPage : BuiltIn {
  WithoutPage() : BuiltIn(std::span<Asset const>()) {}
};

TEST_F(WithoutPage, BrowsersGetTheDescriptionToo) {
  EXPECT_EQ(get("/", {{"Accept", "text/html"}}).content(), "{}");
  EXPECT_EQ(router.find_http("GET", "/assets/main-X.js"), nullptr);
}

}  // namespace
}  // namespace archipelago::station
