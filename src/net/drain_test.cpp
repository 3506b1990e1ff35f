// How a server ends: who is told when, what is still answered, what is cut.
#include "net/drain.hpp"

#include <gtest/gtest.h>

#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

TEST(Drain, DrainingClosesWebsocketsLetsRequestsFinishAndThenSaysSo) {
  TestServer server({}, 2);
  auto client = server.connect("/at/1");
  auto idle = std::make_unique<RawSocket>(server.server->port());
  idle->send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  idle->read_until("world\"}");
  auto busy = std::make_unique<RawSocket>(server.server->port());
  busy->send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(server.held.wait([](auto const& replies) { return !replies.empty(); }));
  Watched<bool> done;
  server.server->drain(Errc::shutting_down, Millis{0}, kPatience,
                       [&] { done.update([](bool& d) { d = true; }); });
  auto const closed = TestServer::wait_closed(client);
  EXPECT_EQ(closed.code, 1001);
  EXPECT_EQ(closed.reason, "shutting_down");
  EXPECT_EQ(idle->read_all(), "");
  idle.reset();
  EXPECT_FALSE(done.get());
  server.held.get().front()(HttpResponse{});
  EXPECT_TRUE(busy->read_all().starts_with("HTTP/1.1 200"));
  busy.reset();
  server.held.update([](auto& replies) { replies.clear(); });
  EXPECT_TRUE(done.wait([](bool d) { return d; }));
  EXPECT_EQ(server.server->connections(), 0U);
  EXPECT_FALSE(RawSocket(server.server->port()).connected());
}

TEST(Drain, DrainingCutsWhatDoesNotEndInTime) {
  TestServer server;
  RawSocket busy(server.server->port());
  busy.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(server.held.wait([](auto const& replies) { return !replies.empty(); }));
  Watched<bool> done;
  server.server->drain(Errc::shutting_down, Millis{0}, Millis{30},
                       [&] { done.update([](bool& d) { d = true; }); });
  EXPECT_TRUE(done.wait([](bool d) { return d; }));
}

TEST(Drain, ManyAreNotSentHomeAtOnce) {
  constexpr int kMany = 40;
  ServerOptions options;
  TestServer server(options);
  std::vector<WsClient> clients;
  for (int i = 0; i < kMany; ++i) clients.push_back(server.connect());
  ASSERT_TRUE(server.events.wait([](Events const& e) { return e.opened == kMany; }));
  Watched<bool> done;
  auto const began = server.pool[0].now();
  server.server->drain(Errc::shutting_down, Millis{400}, kPatience,
                       [&] { done.update([](bool& d) { d = true; }); });
  for (auto& client : clients) EXPECT_EQ(TestServer::wait_closed(client).code, 1001);
  EXPECT_TRUE(done.wait([](bool d) { return d; }));
  EXPECT_GE(server.pool[0].now() - began, Millis{300}) << "two at each of twenty ticks";
}

TEST(Drain, MeanwhileHealthIsAnsweredAndNobodyNewIsLetIn) {
  constexpr int kMany = 20;
  TestServer server;
  std::vector<WsClient> clients;
  for (int i = 0; i < kMany; ++i) clients.push_back(server.connect());
  ASSERT_TRUE(server.events.wait([](Events const& e) { return e.opened == kMany; }));
  RawSocket health(server.server->port());
  RawSocket late(server.server->port());
  server.server->drain(Errc::shutting_down, Millis{400}, kPatience, [] {});
  ASSERT_TRUE(server.wait_closed_with(Errc::shutting_down));
  health.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  auto const answer = health.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200"));
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  late.send(upgrade_request("/echo"));
  EXPECT_TRUE(late.read_all().starts_with("HTTP/1.1 503"));
  EXPECT_EQ(server.events.get().opened, kMany);
}

}  // namespace
}  // namespace archipelago::net::testing
