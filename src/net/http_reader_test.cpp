// What is taken for a request, and until when.
#include "net/http_reader.hpp"

#include <gtest/gtest.h>

#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

int status_of(std::string_view response) {
  return response.starts_with("HTTP/1.1 ") ? std::stoi(std::string(response.substr(9, 3))) : 0;
}

std::string answer_to(TestServer& server, std::string_view bytes) {
  RawSocket socket(server.server->port());
  socket.send(bytes);
  return socket.read_all();
}

// Sends `piece` again and again, each when the one before has been taken, until the server has had
// enough.
std::string drip(RawSocket& socket, std::string_view head, std::string_view piece) {
  socket.send(head);
  while (!socket.readable() && socket.send(piece)) std::this_thread::yield();
  return socket.read_all();
}

TEST(HttpReader, AHeadThatDripsInIsCutAtItsDeadline) {
  ServerOptions options;
  options.http.head_time = Millis{100};
  options.http.head_bytes = 1UL << 24U;
  options.http.headers = 1UL << 20U;
  TestServer server(options);
  RawSocket socket(server.server->port());
  auto const answer = drip(socket, "GET /hello HTTP/1.1\r\nHost: h\r\n", "A: b\r\n");
  EXPECT_TRUE(status_of(answer) == 408 || answer.empty()) << answer;  // empty: reset while sending
  EXPECT_EQ(server.metrics.rejected(Errc::handshake_timeout), 1);
}

TEST(HttpReader, ABodyThatDripsInIsCutAtItsDeadline) {
  ServerOptions options;
  options.http.body_time = Millis{100};
  options.http.body_bytes = 1UL << 30U;
  TestServer server(options);
  RawSocket socket(server.server->port());
  auto const answer =
      drip(socket, "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n", "x");
  EXPECT_TRUE(status_of(answer) == 408 || answer.empty()) << answer;
  EXPECT_EQ(server.metrics.rejected(Errc::handshake_timeout), 1);
}

TEST(HttpReader, WhoSaysNothingIsCutAndCounted) {
  ServerOptions options;
  options.http.head_time = Millis{30};
  TestServer server(options);
  EXPECT_EQ(answer_to(server, ""), "");
  EXPECT_EQ(server.metrics.rejected(Errc::handshake_timeout), 1);
}

TEST(HttpReader, ATimeOfZeroIsNoLimit) {
  ServerOptions options;
  options.http.head_time = Millis{0};
  options.http.body_time = Millis{0};
  options.http.keep_alive = Millis{0};
  TestServer server(options);
  RawSocket socket(server.server->port());
  for (int i = 0; i < 2; ++i) {
    socket.send("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(socket.read_until("\r\n\r\n3").starts_with("HTTP/1.1 200"));
  }
}

TEST(HttpReader, LengthsThatCanBeReadInTwoWaysAreRefused) {
  TestServer server;
  for (std::string_view const length :
       {"Content-Length: +3", "Content-Length: 3, 4", "Content-Length: 0x3",
        "Content-Length: 18446744073709551617", "Content-Length : 3", "Content-Length: 3 3",
        "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked",
        "Transfer-Encoding:\r\n chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 4"}) {
    auto const bytes = "POST /size HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" +
                       std::string(length) + "\r\n\r\nabc";
    EXPECT_EQ(status_of(answer_to(server, bytes)), 400) << length;
  }
}

TEST(HttpReader, WhatIsNotServedHasItsOwnReason) {
  TestServer server;
  for (std::string_view const line : {"GET /nothing", "DELETE /hello", "GET /echo"}) {
    auto const bytes = std::string(line) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    EXPECT_GE(status_of(answer_to(server, bytes)), 404);
  }
  EXPECT_EQ(server.metrics.rejected(Errc::not_found), 3);
  EXPECT_EQ(server.metrics.rejected(Errc::bad_request), 0);
}

TEST(HttpReader, AnAnswerThatManyShareArrivesWhole) {
  TestServer server;
  auto const answer =
      answer_to(server, "GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 1000000\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + std::string(1'000'000, 'l')));
  auto const head =
      answer_to(server, "HEAD /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 1000000\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace archipelago::net::testing
