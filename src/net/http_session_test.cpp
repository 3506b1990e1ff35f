// HTTP through real sockets: what is answered, what is refused, what is cut.
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

constexpr std::string_view kHead = " HTTP/1.1\r\nHost: h\r\n";

// Sends and reads until the server ends the connection, which `Connection: close` or an error makes
// it do.
std::string answer_to(TestServer& server, std::string_view bytes) {
  RawSocket socket(server.server->port());
  socket.send(bytes);
  return socket.read_all();
}

std::string request(std::string_view line, std::string_view extra = {}) {
  return std::string(line) + std::string(kHead) + "Connection: close\r\n" + std::string(extra) +
         "\r\n";
}

int status_of(std::string_view response) {
  return response.starts_with("HTTP/1.1 ") ? std::stoi(std::string(response.substr(9, 3))) : 0;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

int count_of(std::string_view text, std::string_view part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(Http, ARequestIsAnsweredWithCorsAndJson) {
  TestServer server;
  auto const response = answer_to(server, request("GET /hello?name=J%C3%BCrgen+X"));
  EXPECT_EQ(status_of(response), 200);
  EXPECT_TRUE(has(response, "Access-Control-Allow-Origin: *\r\n"));
  EXPECT_TRUE(has(response, "Content-Type: application/json\r\n"));
  EXPECT_TRUE(response.ends_with("{\"hello\":\"J\xC3\xBCrgen X\"}"));
  EXPECT_EQ(server.metrics.value(Metric::http_requests), 1);
}

TEST(Http, HeadIsGetWithoutTheBody) {
  TestServer server;
  auto const response = answer_to(server, request("HEAD /hello"));
  EXPECT_EQ(status_of(response), 200);
  EXPECT_TRUE(has(response, "Content-Length: 17\r\n"));
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
}

TEST(Http, AnUnknownPathIs404AndAnotherMethod405WithAllow) {
  TestServer server;
  auto const unknown = answer_to(server, request("GET /nothing"));
  EXPECT_EQ(status_of(unknown), 404);
  EXPECT_TRUE(unknown.ends_with("{\"error\":\"Not Found\"}"));
  auto const wrong = answer_to(server, request("DELETE /hello"));
  EXPECT_EQ(status_of(wrong), 405);
  EXPECT_EQ(status_of(answer_to(server, request("GET /size"))), 405);
  EXPECT_TRUE(has(wrong, "Allow: GET, HEAD, OPTIONS\r\n"));
  EXPECT_TRUE(wrong.ends_with("{\"error\":\"Method Not Allowed\"}"));
}

TEST(Http, APreflightReflectsTheHeadersAskedFor) {
  TestServer server;
  auto const response = answer_to(
      server,
      request("OPTIONS /size",
              "Access-Control-Request-Headers: x-identity-timestamp, x-identity-auth-chain-0\r\n"));
  EXPECT_EQ(status_of(response), 204);
  EXPECT_TRUE(has(response, "Access-Control-Allow-Methods: POST, OPTIONS\r\n"));
  EXPECT_TRUE(has(
      response, "Access-Control-Allow-Headers: x-identity-timestamp, x-identity-auth-chain-0\r\n"));
  EXPECT_FALSE(has(response, "Content-Length"));
}

TEST(Http, KeepAliveServesSeveralRequestsOnOneConnection) {
  TestServer server;
  RawSocket socket(server.server->port());
  for (int i = 0; i < 3; ++i) {
    socket.send("GET /hello" + std::string(kHead) + "\r\n");
    EXPECT_TRUE(has(socket.read_until("world\"}"), " 200 OK"));
  }
  EXPECT_EQ(server.server->connections(), 1U);
}

TEST(Http, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server;
  std::string many;
  for (int i = 0; i < 50; ++i)
    many += "GET /hello?name=n" + std::to_string(i) + std::string(kHead) + "\r\n";
  auto const responses = answer_to(server, many + request("GET /hello?name=last"));
  EXPECT_EQ(count_of(responses, "HTTP/1.1 200 OK"), 51);
  EXPECT_LT(responses.find("\"n9\""), responses.find("\"n10\""));
  EXPECT_TRUE(responses.ends_with("{\"hello\":\"last\"}"));
}

TEST(Http, Http10IsClosedUnlessItAsksOtherwise) {
  TestServer server;
  auto const response = answer_to(server, "GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(response.starts_with("HTTP/1.0 200 OK"));
  EXPECT_TRUE(has(response, "Connection: close\r\n"));
}

TEST(Http, ABodyWithinTheLimitArrivesPlainOrChunked) {
  TestServer server;
  std::string const body(60'000, 'b');
  EXPECT_TRUE(answer_to(server, request("POST /size", "Content-Length: 60000\r\n") + body)
                  .ends_with("60000"));
  EXPECT_TRUE(answer_to(server, request("POST /size", "Transfer-Encoding: chunked\r\n") +
                                    "5\r\nhello\r\n0\r\n\r\n")
                  .ends_with("\r\n\r\n5"));
}

TEST(Http, WhoExpectsToContinueIsToldTo) {
  TestServer server;
  RawSocket socket(server.server->port());
  socket.send(request("POST /size", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
  EXPECT_TRUE(has(socket.read_until("\r\n\r\n"), "100 Continue"));
  socket.send("abc");
  EXPECT_TRUE(socket.read_all().ends_with("\r\n\r\n3"));
}

TEST(Http, TooLargeBodiesAre413) {
  TestServer server;
  auto const told = answer_to(server, request("POST /size", "Content-Length: 65537\r\n"));
  EXPECT_EQ(status_of(told), 413);
  auto const chunk = "8000\r\n" + std::string(0x8000, 'c') + "\r\n";
  EXPECT_EQ(status_of(answer_to(server, request("POST /size", "Transfer-Encoding: chunked\r\n") +
                                            chunk + chunk + chunk)),
            413);
  EXPECT_EQ(server.metrics.rejected(Errc::message_too_big), 2);
}

TEST(Http, TooLargeHeadsAre431AndTooLongTargets414) {
  TestServer server;
  EXPECT_EQ(
      status_of(answer_to(server, request("GET /hello", "X: " + std::string(9000, 'x') + "\r\n"))),
      431);
  std::string many;
  for (int i = 0; i < 70; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(status_of(answer_to(server, request("GET /hello", many))), 431);
  EXPECT_EQ(status_of(answer_to(server, request("GET /hello?" + std::string(3000, 'q')))), 414);
}

TEST(Http, WhatIsNoRequestIs400) {
  TestServer server;
  std::vector<std::string> const garbage{
      "\x16\x03\x01\x02\x01 looks like TLS\r\n\r\n",
      "GET /hello\r\n\r\n",
      "GET /hello HTTP/1.1\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /a/../hello HTTP/1.1\r\nHost: h\r\n\r\n" + request("GET /x"),
      "GET /%00 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "GET hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
      "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
      "POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
  for (auto const& bytes : garbage) EXPECT_EQ(status_of(answer_to(server, bytes)), 400) << bytes;
  EXPECT_GE(server.metrics.rejected(Errc::bad_request), 12);
}

TEST(Http, ASlowHeadIs408AndASilentOneIsCut) {
  ServerOptions options;
  options.http.head_time = Millis{50};
  TestServer server(options);
  EXPECT_EQ(status_of(answer_to(server, "GET /hello HTTP/1.1\r\nHos")), 408);
  EXPECT_EQ(answer_to(server, ""), "");
}

TEST(Http, ASlowBodyIs408) {
  ServerOptions options;
  options.http.body_time = Millis{50};
  TestServer server(options);
  EXPECT_EQ(status_of(answer_to(server, request("POST /size", "Content-Length: 10\r\n") + "half")),
            408);
}

TEST(Http, AHalfRequestThatEndsIsForgotten) {
  TestServer server;
  RawSocket socket(server.server->port());
  socket.send("GET /hello HTTP/1.1\r\nHos");
  socket.finish_sending();
  EXPECT_EQ(socket.read_all(), "");
}

TEST(Http, AnIdleConnectionIsClosed) {
  ServerOptions options;
  options.http.keep_alive = Millis{30};
  TestServer server(options);
  EXPECT_EQ(count_of(answer_to(server, "GET /hello" + std::string(kHead) + "\r\n"), "200 OK"), 1);
}

TEST(Http, AHandlerMayAnswerLaterFromAnyThread) {
  TestServer server;
  RawSocket socket(server.server->port());
  socket.send(request("GET /later"));
  ASSERT_TRUE(server.held.wait([](auto const& replies) { return !replies.empty(); }));
  HttpResponse response;
  response.body = "patience";
  auto const reply = server.held.get().front();
  reply(response);
  reply(response);  // ignored
  EXPECT_TRUE(socket.read_all().ends_with("patience"));
}

TEST(Http, AHandlerThatForgetsOrThrowsSends500) {
  TestServer server;
  EXPECT_EQ(status_of(answer_to(server, request("GET /forgotten"))), 500);
  EXPECT_EQ(status_of(answer_to(server, request("GET /broken"))), 500);
}

TEST(Http, AHandlerThatTakesTooLongIs503) {
  ServerOptions options;
  options.http.reply_time = Millis{30};
  TestServer server(options);
  EXPECT_EQ(status_of(answer_to(server, request("GET /later"))), 503);
}

TEST(Http, AnAnswerThatComesTooLateIsNotTakenForTheNextRequest) {
  ServerOptions options;
  options.http.reply_time = Millis{30};
  TestServer server(options);
  RawSocket socket(server.server->port());
  socket.send("GET /later" + std::string(kHead) + "\r\n");
  EXPECT_EQ(status_of(socket.read_until("}")), 503);
  HttpResponse stale;
  stale.body = "stale";
  server.held.get().front()(stale);
  socket.send(request("GET /later"));
  EXPECT_EQ(status_of(socket.read_all()), 503);
}

TEST(Http, AWebsocketPathWithoutUpgradeIs426) {
  TestServer server;
  auto const response = answer_to(server, request("GET /echo"));
  EXPECT_EQ(status_of(response), 426);
  EXPECT_TRUE(has(response, "Upgrade: websocket\r\n"));
}

TEST(Http, BadUpgradesAre400OrTheVersionThatWeSpeak) {
  TestServer server;
  auto const upgrade = [](std::string_view version, std::string_view key,
                          std::string_view extra = {}) {
    return "GET /echo HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade, "
           "close\r\nSec-WebSocket-Version: " +
           std::string(version) + "\r\nSec-WebSocket-Key: " + std::string(key) + "\r\n" +
           std::string(extra) + "\r\n";
  };
  EXPECT_EQ(status_of(answer_to(server, upgrade("13", "short"))), 400);
  EXPECT_EQ(
      status_of(answer_to(
          server, upgrade("13", "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: a b\r\n"))),
      400);
  auto const old = answer_to(server, upgrade("8", "dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_EQ(status_of(old), 426);
  EXPECT_TRUE(has(old, "Sec-WebSocket-Version: 13\r\n"));
  EXPECT_EQ(server.events.get().opened, 0);
}

TEST(Http, AnEndpointRefusesBeforeTheUpgrade) {
  TestServer server;
  auto const refusal = [&](std::string_view query) {
    auto const client = WsClient::connect(server.ws("/closed" + std::string(query)), kPatience);
    return client ? "none" : client.error().detail;
  };
  EXPECT_EQ(refusal(""), "the server refused: HTTP 403");
  EXPECT_EQ(refusal("?unknown"), "the server refused: HTTP 404");
  EXPECT_EQ(refusal("?full"), "the server refused: HTTP 503");
  EXPECT_EQ(server.metrics.rejected(Errc::not_assigned), 1);
}

TEST(Http, AReaderThatTakesNoResponseIsCut) {
  ServerOptions options;
  options.http.write_time = Millis{50};
  TestServer server(options);
  RawSocket socket(server.server->port(), 2048);
  std::string many;
  for (int i = 0; i < 2'000; ++i) many += "GET /hello" + std::string(kHead) + "\r\n";
  while (socket.send(many)) {  // until the server has given up
  }
  EXPECT_EQ(server.metrics.rejected(Errc::slow_consumer), 1);
}

}  // namespace
}  // namespace archipelago::net::testing
