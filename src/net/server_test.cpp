// The server as a whole: listening, budgets, proxies, TLS, and how it ends.
#include "net/server.hpp"

#include <sys/resource.h>

#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/test_certificate.hpp"
#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

std::string start_error(ServerOptions const& options, std::size_t shards = 1) {
  ShardPool pool(shards);
  pool.start();
  Router const router;
  Metrics metrics;
  auto const server = Server::start(pool, router, options, metrics);
  return server ? "none" : server.error().detail;
}

HttpResponse get(TestServer& server, std::string_view path,
                 std::vector<std::pair<std::string, std::string>> headers = {},
                 std::string const& ca_file = {}) {
  HttpFetch request;
  request.url = server.server->url() + std::string(path);
  request.headers = std::move(headers);
  request.timeout = kPatience;
  request.ca_file = ca_file;
  auto const response = fetch(request);
  if (!response) throw std::runtime_error(response.error().detail);
  return *response;
}

TEST(Server, APortThatIsTakenStopsTheStartWithAdvice) {
  TestServer const server;
  ServerOptions options;
  options.port = server.server->port();
  auto const error = start_error(options);
  EXPECT_NE(error.find("127.0.0.1:" + std::to_string(options.port)), std::string::npos);
  EXPECT_NE(error.find("the port is taken by another program"), std::string::npos);
}

TEST(Server, AnAddressThatIsNoneOfOursStopsTheStartWithAdvice) {
  ServerOptions options;
  options.port = 0;
  options.host = "nonsense";
  EXPECT_NE(start_error(options).find("'nonsense': it is not an IP address"), std::string::npos);
  options.host = "192.0.2.1";
  EXPECT_NE(start_error(options).find("no interface of this machine"), std::string::npos);
}

TEST(Server, Ipv6AndBothFamiliesAtOnceAreServed) {
  ServerOptions options;
  options.host = "::";
  TestServer server(options);
  HttpFetch request;
  auto const port = std::to_string(server.server->port());
  request.url = "http://127.0.0.1:" + port + "/remote";
  EXPECT_EQ(fetch(request).value_or(HttpResponse{}).body, "127.0.0.1");
  request.url = "http://[::1]:" + port + "/remote";
  EXPECT_EQ(fetch(request).value_or(HttpResponse{}).body, "::1");
}

TEST(Server, OutOfDescriptorsWhoComesIsTurnedAwayAndItRecovers) {
  TestServer server;
  auto before = server.connect();
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
  int const next = ::dup(0);
  ::close(next);
  {
    // Room for the client's socket, none for the server's.
    rlimit const tight{static_cast<rlim_t>(next) + 1, old.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
    RawSocket waiting(server.server->port());
    EXPECT_TRUE(waiting.connected());
    EXPECT_EQ(waiting.read_all(), "") << "not left hanging";
    ASSERT_TRUE(before.send("unharmed"));
    EXPECT_EQ(before.receive(kPatience).value_or(""), "unharmed");
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
  }
  EXPECT_EQ(server.metrics.rejected(Errc::overloaded), 1);
  EXPECT_EQ(get(server, "/hello").status, 200);
}

TEST(Server, StoppingEndsEveryProtocolExactlyOnce) {
  TestServer server({}, 2);
  std::vector<WsClient> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(server.connect(i % 2 == 0 ? "/at/0" : "/at/1"));
  ASSERT_TRUE(server.events.wait([](Events const& e) { return e.opened == 10; }));
  server.server->stop();
  auto const events = server.events.get();
  EXPECT_EQ(events.closed, std::vector<Errc>(10, Errc::shutting_down));
  EXPECT_EQ(events.released, 10);
  EXPECT_EQ(server.metrics.value(Metric::connections), 0);
}

TEST(Tls, HttpAndWebsocketsAreServedToWhoTrustsTheCertificate) {
  Certificate const certificate;
  ASSERT_TRUE(certificate.made());
  TestServer server(tls_options(certificate));
  EXPECT_TRUE(server.server->url().starts_with("https://"));
  EXPECT_EQ(get(server, "/hello", {}, certificate.file()).status, 200);
  WsOptions options;
  options.ca_file = certificate.file();
  auto client = server.connect("/echo", options);
  ASSERT_TRUE(client.send("heap 3 70000"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.receive(kPatience).value_or("").size(), 70'000U);
  EXPECT_EQ(client.receive(kPatience).value_or(""), "done");
  client.close();
  EXPECT_EQ(client.closed()->code, 1000);
}

TEST(Tls, AClientThatDoesNotTrustTheCertificateGoes) {
  Certificate const certificate;
  TestServer server(tls_options(certificate));
  HttpFetch request;
  request.url = server.server->url() + "/hello";
  auto const response = fetch(request);
  ASSERT_FALSE(response);
  EXPECT_NE(response.error().detail.find("certificate"), std::string::npos)
      << response.error().detail;
}

TEST(Tls, PlainBytesOnATlsPortAreCut) {
  Certificate const certificate;
  TestServer server(tls_options(certificate));
  RawSocket socket(server.server->port());
  socket.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(socket.read_all().find("HTTP/"), std::string::npos);
}

TEST(Tls, AHandshakeThatNeverComesIsCut) {
  Certificate const certificate;
  auto options = tls_options(certificate);
  options.http.head_time = Millis{30};
  TestServer server(options);
  RawSocket socket(server.server->port());
  EXPECT_EQ(socket.read_all(), "");
}

TEST(Tls, UnusableFilesStopTheStartAndAreNamed) {
  Certificate const one;
  Certificate const other;
  auto options = tls_options(one);
  options.port = 0;
  options.key_file.clear();
  EXPECT_NE(start_error(options).find("both"), std::string::npos);
  options.key_file = "/nowhere/key.pem";
  EXPECT_NE(start_error(options).find("'/nowhere/key.pem' cannot be used: it cannot be read"),
            std::string::npos);
  options.key_file = other.key();
  EXPECT_NE(start_error(options).find("does not belong to the certificate"), std::string::npos);
  options.key_file = one.file();
  EXPECT_NE(start_error(options).find("it is not a PEM private key"), std::string::npos);
  options.certificate_file = one.key();
  EXPECT_NE(start_error(options).find("it is not a PEM certificate"), std::string::npos);
  EXPECT_NE(start_error(tls_options(one), 2).find("one shard"), std::string::npos);
}

}  // namespace
}  // namespace archipelago::net::testing
