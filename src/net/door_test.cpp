// The front door: budgets, rates, origins, overload. Who is refused is told why, and counted once.
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

HttpResponse get(TestServer& server, std::string_view path,
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpFetch request;
  request.url = server.server->url() + std::string(path);
  request.headers = std::move(headers);
  request.timeout = kPatience;
  return fetch(request).value_or(HttpResponse{});
}

std::string refusal(TestServer& server, WsOptions options = {}) {
  auto const client = WsClient::connect(server.ws(), kPatience, std::move(options));
  return client ? "none" : client.error().detail;
}

TEST(Door, TheBudgetBeforeLoginIsPerAddressAndGivenBackByLogin) {
  ServerOptions options;
  options.before_login.per_address = 2;
  TestServer server(options);
  auto first = server.connect();
  auto second = server.connect();
  auto const third = WsClient::connect(server.ws(), kPatience);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().detail, "the server refused: HTTP 503");
  EXPECT_EQ(server.metrics.rejected(Errc::too_many_connections), 1);
  EXPECT_EQ(server.metrics.value(Metric::connections_waiting), 2);
  ASSERT_TRUE(first.send("login"));
  ASSERT_TRUE(first.receive(kPatience));
  EXPECT_EQ(server.metrics.value(Metric::connections_waiting), 1);
  EXPECT_TRUE(WsClient::connect(server.ws(), kPatience));
}

TEST(Door, AConnectionThatEndsFreesItsPlace) {
  ServerOptions options;
  options.before_login.total = 1;
  TestServer server(options);
  for (int i = 0; i < 5; ++i) {
    {
      auto client = server.connect();
      client.close();
    }
    ASSERT_TRUE(eventually([&] { return server.server->connections() == 0; }));
    EXPECT_EQ(server.metrics.value(Metric::connections_waiting), 0);
  }
}

TEST(Door, ARefusalSaysWhenToComeBack) {
  ServerOptions options;
  options.before_login.total = 1;
  TestServer server(options);
  auto const client = server.connect();
  RawSocket socket(server.server->port());
  socket.send(upgrade_request("/echo"));
  auto const response = socket.read_all();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 503"));
  EXPECT_NE(response.find("Retry-After: 5\r\n"), std::string::npos);
}

TEST(Door, WhenTheBudgetIsUsedUpPlainRequestsAreAnsweredOnceAndNotCounted) {
  ServerOptions options;
  options.before_login.total = 1;
  TestServer server(options);
  auto const client = server.connect();
  RawSocket socket(server.server->port());
  socket.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  auto const response = socket.read_all();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200"));
  EXPECT_EQ(response.find("HTTP/1.1", 1), std::string::npos);
  EXPECT_EQ(server.metrics.rejected(Errc::too_many_connections), 0);
}

TEST(Door, NoMoreThanTheMostConnectionsAreKept) {
  ServerOptions options;
  options.max_connections = 1;
  TestServer server(options);
  auto client = server.connect();
  RawSocket socket(server.server->port());
  EXPECT_EQ(socket.read_all(), "");
  ASSERT_TRUE(client.send("still here"));
  EXPECT_EQ(client.receive(kPatience).value_or(""), "still here");
}

TEST(Door, OnlyATrustedProxySpeaksForOthers) {
  std::vector<std::pair<std::string, std::string>> const forwarded{
      {"X-Forwarded-For", "203.0.113.9, 198.51.100.7"}};
  TestServer plain;
  EXPECT_EQ(get(plain, "/remote", forwarded).body, "127.0.0.1");
  ServerOptions options;
  options.trusted_proxies = *AddressBlocks::parse("127.0.0.0/8");
  TestServer proxied(options);
  EXPECT_EQ(get(proxied, "/remote", forwarded).body, "198.51.100.7");
  EXPECT_EQ(get(proxied, "/remote").body, "127.0.0.1");
}

TEST(Door, BehindAProxyTheBudgetIsTheClients) {
  ServerOptions options;
  options.trusted_proxies = *AddressBlocks::parse("127.0.0.1");
  options.before_login.per_address = 1;
  TestServer server(options);
  WsOptions one;
  one.headers = {{"X-Forwarded-For", "198.51.100.1"}};
  WsOptions two;
  two.headers = {{"X-Forwarded-For", "198.51.100.2"}};
  auto const first = server.connect("/echo", one);
  EXPECT_FALSE(WsClient::connect(server.ws(), kPatience, one));
  EXPECT_TRUE(WsClient::connect(server.ws(), kPatience, two));
}

TEST(Door, HttpHoldsAPlaceUntilItEndsAndGivesItBackOnce) {
  ServerOptions options;
  options.before_login.total = 4;
  TestServer server(options);
  for (int round = 0; round < 3; ++round) {
    RawSocket idle(server.server->port());
    idle.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    idle.read_until("world\"}");
    std::vector<WsClient> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(server.connect());
    EXPECT_EQ(refusal(server), "the server refused: HTTP 503");
    for (auto& client : clients) client.close();
    idle.finish_sending();
    idle.read_all();
    ASSERT_TRUE(eventually([&] { return server.server->connections() == 0; }));
  }
}

TEST(Door, WhenHalfOfABudgetIsTakenNobodyIdles) {
  ServerOptions options;
  options.before_login.per_address = 4;
  TestServer server(options);
  auto const ask = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";
  RawSocket first(server.server->port());
  first.send(ask);
  EXPECT_EQ(first.read_until("world\"}").find("Connection: close"), std::string::npos);
  RawSocket second(server.server->port());
  second.send(ask);
  EXPECT_NE(second.read_all().find("Connection: close"), std::string::npos);
}

TEST(Door, ConnectionsOfOneAddressHaveARate) {
  ServerOptions options;
  options.rates.connections_per_address = {.per_second = 1, .burst = 3};
  TestServer server(options);
  std::vector<WsClient> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(server.connect());
  RawSocket fourth(server.server->port());
  EXPECT_EQ(fourth.read_all(), "") << "closed without a word";
  EXPECT_EQ(server.metrics.rejected(Errc::rate_limited), 1);
  ASSERT_TRUE(clients[0].send("undisturbed"));
  EXPECT_EQ(clients[0].receive(kPatience).value_or(""), "undisturbed");
}

TEST(Door, ConnectionsFromAnywhereHaveARate) {
  ServerOptions options;
  options.rates.connections = {.per_second = 1, .burst = 2};
  options.unlimited = *AddressBlocks::parse("127.0.0.0/8");
  TestServer server(options);
  std::vector<std::unique_ptr<RawSocket>> sockets;
  for (int i = 0; i < 3; ++i) sockets.push_back(std::make_unique<RawSocket>(server.server->port()));
  EXPECT_EQ(sockets[2]->read_all(), "");
  EXPECT_EQ(server.metrics.rejected(Errc::rate_limited), 1);
}

TEST(Door, RequestsOfOneAddressHaveARateAndTheAnswerSaysWhenToComeBack) {
  ServerOptions options;
  options.rates.requests_per_address = {.per_second = 1, .burst = 2};
  TestServer server(options);
  EXPECT_EQ(get(server, "/hello").status, 200);
  EXPECT_EQ(get(server, "/nothing").status, 404);
  RawSocket socket(server.server->port());
  socket.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  auto const answer = socket.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 429"));
  EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(server.metrics.rejected(Errc::rate_limited), 1);
}

TEST(Door, LargeAnswersCostMoreButAtMostHalfABurst) {
  ServerOptions options;
  options.rates.requests_per_address = {.per_second = 1, .burst = 10};
  TestServer server(options);
  EXPECT_EQ(get(server, "/large").body.size(), 1'000'000U);  // 1 and, of 15, 5
  EXPECT_EQ(get(server, "/large").status, 429);
  EXPECT_EQ(get(server, "/hello").status, 200);
}

TEST(Door, WebsocketsOfOneAddressHaveARateOfTheirOwn) {
  ServerOptions options;
  options.rates.websockets_per_address = {.per_second = 1, .burst = 2};
  TestServer server(options, 2);
  auto const first = server.connect("/at/0");
  auto const second = server.connect("/at/1");  // moving to its shard costs nothing more
  EXPECT_EQ(refusal(server), "the server refused: HTTP 429");
  EXPECT_EQ(get(server, "/hello").status, 200);
  EXPECT_EQ(server.metrics.rejected(Errc::rate_limited), 1);
}

TEST(Door, BehindAProxyTheRateIsTheClients) {
  ServerOptions options;
  options.trusted_proxies = *AddressBlocks::parse("127.0.0.1");
  options.rates.requests_per_address = {.per_second = 1, .burst = 1};
  options.rates.connections_per_address = {.per_second = 1, .burst = 1};
  TestServer server(options);
  EXPECT_EQ(get(server, "/hello", {{"X-Forwarded-For", "198.51.100.1"}}).status, 200);
  EXPECT_EQ(get(server, "/hello", {{"X-Forwarded-For", "198.51.100.1"}}).status, 429);
  EXPECT_EQ(get(server, "/hello", {{"X-Forwarded-For", "198.51.100.1, 198.51.100.2"}}).status, 200);
}

TEST(Door, WhomTheOperatorExemptsHasNoLimitOfItsOwn) {
  ServerOptions options;
  options.unlimited = *AddressBlocks::parse("127.0.0.1");
  options.before_login.per_address = 1;
  options.rates.connections_per_address = {.per_second = 1, .burst = 1};
  options.rates.requests_per_address = {.per_second = 1, .burst = 1};
  options.rates.websockets_per_address = {.per_second = 1, .burst = 1};
  TestServer server(options);
  std::vector<WsClient> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(server.connect());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(server, "/hello").status, 200);
}

std::unique_ptr<RawSocket> opened(TestServer& server) {
  auto socket = std::make_unique<RawSocket>(server.server->port());
  socket->send(upgrade_request("/echo"));
  EXPECT_TRUE(socket->read_until("\r\n\r\n").starts_with("HTTP/1.1 101"));
  return socket;
}

TEST(Door, AClassroomBehindOneAddressIsLetInByTheDefaults) {
  TestServer server;
  std::vector<std::unique_ptr<RawSocket>> pages;
  std::vector<std::unique_ptr<RawSocket>> players;
  std::vector<std::unique_ptr<RawSocket>> seats;
  for (int i = 0; i < 200; ++i) {
    pages.push_back(std::make_unique<RawSocket>(server.server->port()));
    pages.back()->send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(pages.back()->read_until("world\"}").starts_with("HTTP/1.1 200"));
  }
  for (int i = 0; i < 200; ++i) players.push_back(opened(server));
  for (auto& player : players) player->send(frame('\x82', "login"));
  EXPECT_TRUE(server.events.wait([](Events const& e) { return e.messages.size() == 200; }));
  for (int i = 0; i < 200; ++i) seats.push_back(opened(server));  // in their island's room
  for (auto const why : {Errc::rate_limited, Errc::too_many_connections, Errc::overloaded})
    EXPECT_EQ(server.metrics.rejected(why), 0);
}

TEST(Door, OnlyPagesThatAreListedOpenWebsocketsAndReadAnswers) {
  ServerOptions options;
  options.origins = {"https://play.example.org"};
  TestServer server(options);
  WsOptions good;
  good.headers = {{"Origin", "https://play.example.org"}};
  WsOptions bad;
  bad.headers = {{"Origin", "https://evil.example.org"}};
  EXPECT_EQ(refusal(server, good), "none");
  EXPECT_EQ(refusal(server), "none") << "no browser";
  EXPECT_EQ(refusal(server, bad), "the server refused: HTTP 403");
  EXPECT_EQ(server.metrics.rejected(Errc::forbidden_origin), 1);
  RawSocket page(server.server->port());
  page.send(
      "GET /hello HTTP/1.1\r\nHost: h\r\nOrigin: https://play.example.org\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_NE(page.read_all().find("Access-Control-Allow-Origin: https://play.example.org\r\n"),
            std::string::npos);
  RawSocket other(server.server->port());
  other.send(
      "GET /hello HTTP/1.1\r\nHost: h\r\nOrigin: https://evil.example.org\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_EQ(other.read_all().find("Access-Control-Allow-Origin"), std::string::npos);
}

TEST(Door, AShardThatIsBehindTakesNoFurtherWebsocketsButAnswers) {
  ServerOptions options;
  options.most_lag = Millis{50};
  TestServer server(options, 2);
  auto before = server.connect("/at/1");
  Watched<int> state;  // 1: the shard is held up; 2: it may go on
  server.pool[1].post([&] {
    state.update([](int& s) { s = 1; });
    state.wait([](int s) { return s == 2; });
  });
  ASSERT_TRUE(state.wait([](int s) { return s == 1; }));
  ASSERT_TRUE(eventually(
      [&] { return server.server->lags()[1]->behind(server.pool[0].now()) > options.most_lag; }));
  EXPECT_FALSE(server.server->overloaded()) << "the other is not behind";
  RawSocket late(server.server->port());  // served by the shard that is not behind
  late.send(upgrade_request("/at/1"));
  auto const answer = late.read_all();
  state.update([](int& s) { s = 2; });
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503"));
  EXPECT_EQ(server.metrics.rejected(Errc::overloaded), 1);
  ASSERT_TRUE(before.send("still here"));
  EXPECT_EQ(before.receive(kPatience).value_or(""), "still here");
}

}  // namespace
}  // namespace archipelago::net::testing
