// The answers for operators, orchestrators and Prometheus.
#include "realm/operations.hpp"

#include <optional>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class Operations : public testing::Test {
 protected:
  Operations() {
    config_.realm.version = "1.2";
    config_.realm.commit_hash = "abc";
    router_.http("GET", "/", description(config_));
    register_operations(
        router_, config_, metrics_, [this] { return facts_; },
        [this] { return Scrape{.lags = {{"0", lag_}}, .requests = &*requests_}; });
    requests_.emplace(router_);
  }

  net::HttpResponse get(std::string const& path, std::string const& authorization = {}) {
    net::HttpRequest request;
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    request.method = "GET";
    request.path = path;
    net::HttpResponse got;
    got.status = 0;
    auto const* const handler = router_.find_http("GET", path);
    if (handler != nullptr)
      (*handler)(request, [&](net::HttpResponse response) { got = std::move(response); });
    return got;
  }

  VirtualLoop loop_;
  std::shared_ptr<LoopLag> lag_ = LoopLag::watch(loop_);
  Config config_;
  Metrics metrics_;
  Facts facts_{{1'700'000'000'123}, true, false, 3, 2};
  net::Router router_;
  std::optional<net::RequestMeter> requests_;
};

TEST_F(Operations, LiveIsAPlainWord) {
  EXPECT_EQ(get("/health/live").body, "alive");
  facts_.core_alive = false;
  EXPECT_EQ(get("/health/live").status, 200) << "restarting does not help who waits for islands";
}

TEST_F(Operations, ReadyAndStartupPassWhenClientsCanBeServed) {
  for (auto const* path : {"/health/ready", "/health/startup"}) {
    facts_.ending = false;
    auto const good = get(path);
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(good.content_type, "application/health+json; charset=utf-8");
    EXPECT_EQ(json::parse(good.body), json::parse(R"({"details":{},"status":"pass"})"));
    facts_.ending = true;
    auto const bad = get(path);
    EXPECT_EQ(bad.status, 503);
    EXPECT_EQ(json::parse(bad.body).at_pointer("/status"), "fail");
  }
  facts_.ending = false;
  facts_.overloaded = true;
  EXPECT_EQ(get("/health/ready").status, 503);
}

TEST_F(Operations, StatusHasTheKnownShape) {
  EXPECT_EQ(
      json::parse(get("/status").body),
      json::parse(
          R"({"version":"1.2","currentTime":1700000000123,"commitHash":"abc","userCount":3})"));
}

TEST_F(Operations, CoreStatusHasTheKnownShape) {
  EXPECT_EQ(get("/core-status").body, R"({"healthy":true,"userCount":2})");
}

TEST_F(Operations, TheRootTellsWhereToLook) {
  EXPECT_THAT(get("/").body, HasSubstr("/about"));
}

TEST_F(Operations, SamplesOfOneNameAreOneFamilyWithLabels) {
  metrics_.set(Metric::wishes_honoured, 4);
  metrics_.set(Metric::wishes_refused_full, 2);
  auto const text = get("/metrics").body;
  auto const type = text.find("# TYPE archipelago_wishes_total counter");
  ASSERT_NE(type, std::string::npos);
  EXPECT_EQ(text.find("# TYPE archipelago_wishes_total", type + 1), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\narchipelago_wishes_total{outcome=\"honoured\"} 4"));
  EXPECT_THAT(text, HasSubstr("\narchipelago_wishes_total{outcome=\"refused\",reason=\"full\"} 2"));
}

TEST_F(Operations, MetricsHoldHowLateEachLoopIs) {
  loop_.run_posted();
  loop_.advance(3 * LoopLag::kEvery);
  auto const text = get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("# TYPE archipelago_loop_lag_seconds histogram"));
  EXPECT_THAT(text, HasSubstr("archipelago_loop_lag_seconds_count{loop=\"0\"} 3"));
  EXPECT_THAT(text, HasSubstr("archipelago_loop_lag_seconds_bucket{loop=\"0\",le=\"0.001\"} 3"));
  EXPECT_THAT(text, HasSubstr("archipelago_loop_lag_seconds_bucket{loop=\"0\",le=\"+Inf\"} 3"));
}

TEST_F(Operations, MetricsHoldEveryRowAndEveryReason) {
  metrics_.add(Metric::logins, 7);
  metrics_.set(Metric::players, 2);
  metrics_.reject(Errc::rate_limited);
  auto const text = get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("\narchipelago_logins_total 7"));
  EXPECT_THAT(text, HasSubstr("# TYPE archipelago_logins_total counter"));
  EXPECT_THAT(text, HasSubstr("\ndcl_archipelago_peers_count 2"));
  EXPECT_THAT(text, HasSubstr("# TYPE dcl_archipelago_peers_count gauge"));
  EXPECT_THAT(text, HasSubstr("archipelago_rejected_total{reason=\"rate_limited\"} 1"));
  EXPECT_THAT(text, HasSubstr("archipelago_rejected_total{reason=\"replaced\"} 0"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "archipelago_build_info{version=\"1.2\",commitHash=\"abc\",ethNetwork=\"mainnet\"} 1"));
  for (auto const& row : metric_infos()) EXPECT_THAT(text, HasSubstr(std::string(row.name)));
  for (auto const& row : distribution_infos())
    EXPECT_THAT(text, HasSubstr(std::string(row.name) + "_bucket"));
}

TEST_F(Operations, MetricsAreForThoseWhoKnowTheToken) {
  config_.metrics.token = "open-sesame";
  for (auto const* const wrong : {"", "Bearer", "Bearer ", "Bearer open-sesam", "open-sesame",
                                  "Bearer open-sesame2", "bearer open-sesame"}) {
    auto const refused = get("/metrics", wrong);
    EXPECT_EQ(refused.status, 401) << wrong;
    EXPECT_EQ(refused.body, R"({"error":"Unauthorized"})");
  }
  EXPECT_EQ(get("/metrics", "Bearer open-sesame").status, 200);
  EXPECT_EQ(metrics_.rejected(Errc::bad_request), 7);
}

TEST_F(Operations, MetricsTellOfTheProcess) {
  auto const text = get("/metrics").body;
  for (std::string const name : {"resident_memory_bytes", "open_fds", "max_fds",
                                 "start_time_seconds", "cpu_seconds_total"}) {
    auto const at = text.find("\nprocess_" + name + " ");
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GT(std::stod(text.substr(text.find(' ', at + 1))), 0) << name;
  }
}

TEST_F(Operations, MetricsHoldRequestsByMethodRouteAndStatus) {
  requests_->note({.place = router_.place_of("/status"),
                   .method = net::RequestMeter::method_place("GET"),
                   .bytes = 7},
                  200);
  auto const text = get("/metrics").body;
  std::string const kind = "{method=\"GET\",handler=\"/status\",code=\"200\"} ";
  EXPECT_THAT(text, HasSubstr("\nhttp_requests_total" + kind + "1\n"));
  EXPECT_THAT(text, HasSubstr("\nhttp_request_duration_seconds_count" + kind + "1\n"));
  EXPECT_THAT(text, HasSubstr("\nhttp_request_size_bytes_sum" + kind + "7\n"));
}

TEST_F(Operations, RatiosAreToldAsSuch) {
  metrics_.set_ratio(Metric::recall_mean, 0.625);
  EXPECT_THAT(get("/metrics").body, HasSubstr("\narchipelago_recall_mean 0.625\n"));
}

TEST_F(Operations, HistogramsAreCumulative) {
  metrics_.note(Distribution::flush_seconds, 0.002);
  metrics_.note(Distribution::flush_seconds, 0.04);
  metrics_.note(Distribution::flush_seconds, 100);
  auto const text = get("/metrics").body;
  for (std::string const sample :
       {"_bucket{work=\"flush\",le=\"0.001\"} 0", "_bucket{work=\"flush\",le=\"0.0025\"} 1",
        "_bucket{work=\"flush\",le=\"0.05\"} 2", "_bucket{work=\"flush\",le=\"+Inf\"} 3",
        "_count{work=\"flush\"} 3", "_sum{work=\"flush\"} 100.042", "_count{work=\"placement\"} 0"})
    EXPECT_THAT(text, HasSubstr("\narchipelago_flush_seconds" + sample + "\n"));
  EXPECT_EQ(text.find("# TYPE archipelago_flush_seconds histogram"),
            text.rfind("# TYPE archipelago_flush_seconds"));
}

}  // namespace
}  // namespace archipelago::realm
