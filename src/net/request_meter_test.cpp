// Kinds of requests, and that strangers cannot make more of them.
#include "net/request_meter.hpp"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

Router routes() {
  Router router;
  router.http("GET", "/peers/*", {});
  router.http("POST", "/peers/*", {});
  router.http("GET", "/about", {});
  return router;
}

std::vector<std::string> rows(RequestMeter const& meter) {
  std::vector<std::string> all;
  meter.each([&](RequestMeter::Row const& row) {
    all.push_back(std::string(row.method) + " " + std::string(row.handler) + " " +
                  std::string(row.code) + " " + std::to_string(row.seconds.count()));
  });
  return all;
}

TEST(RequestMeter, CountsByMethodRouteAndStatus) {
  auto const router = routes();
  RequestMeter meter(router);
  EXPECT_TRUE(rows(meter).empty());
  auto const place = router.place_of("/peers/0xabc");
  meter.note({.place = place, .method = RequestMeter::method_place("GET"), .bytes = 10}, 200);
  meter.note({.place = place, .method = RequestMeter::method_place("GET"), .bytes = 30}, 200);
  meter.note({.place = place, .method = RequestMeter::method_place("GET")}, 404);
  meter.note({.place = router.place_of("/about"), .method = RequestMeter::method_place("HEAD")},
             200);
  EXPECT_EQ(rows(meter), (std::vector<std::string>{"GET /peers/* 200 2", "GET /peers/* 404 1",
                                                   "HEAD /about 200 1"}));
  meter.each([](RequestMeter::Row const& row) {
    if (row.code == "200" && row.method == "GET") EXPECT_EQ(row.bytes.sum(), 40);
  });
}

TEST(RequestMeter, WhateverStrangersAskIsOneKind) {
  auto const router = routes();
  RequestMeter meter(router);
  for (int i = 0; i < 1'000; ++i) {
    auto const word = std::to_string(i);
    meter.note(
        {.place = router.place_of("/" + word), .method = RequestMeter::method_place("M" + word)},
        600 + i);
  }
  EXPECT_EQ(rows(meter), std::vector<std::string>{"other unknown other 1000"});
}

TEST(RequestMeter, ThreadsThatAskForTheFirstTimeAtOnceShareACell) {
  auto const router = routes();
  RequestMeter meter(router);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 1'000; ++n)
          meter.note({.place = 0, .method = RequestMeter::method_place("GET")}, 200);
      });
  }
  EXPECT_EQ(rows(meter), std::vector<std::string>{"GET /peers/* 200 4000"});
}

TEST(RequestMeter, AServerNotesAnswersRefusalsAndUpgrades) {
  TestServer server;
  auto const client = server.connect("/echo");
  auto const expected =
      std::set<std::string>{"GET /echo 101 1", "GET unknown 404 1", "other unknown 400 1"};
  RawSocket lost(server.server->port());
  lost.send("GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(lost.read_all().starts_with("HTTP/1.1 404"));
  RawSocket broken(server.server->port());
  broken.send("no request\r\n\r\n");
  EXPECT_TRUE(broken.read_all().starts_with("HTTP/1.1 400"));
  auto const seen = rows(server.server->requests());
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), expected);
}

}  // namespace
}  // namespace archipelago::net::testing
