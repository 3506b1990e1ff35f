// Websockets of the server through real sockets: what is carried, what is refused, how it ends.
#include <gtest/gtest.h>

#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

constexpr char kBinary = '\x82';
constexpr char kText = '\x81';
constexpr char kPing = '\x89';

// A websocket by hand: upgraded, ready for frames.
std::unique_ptr<RawSocket> raw_websocket(TestServer& server, std::string_view path = "/echo") {
  auto socket = std::make_unique<RawSocket>(server.server->port());
  socket->send(upgrade_request(path));
  EXPECT_TRUE(socket->read_until("\r\n\r\n").starts_with("HTTP/1.1 101"));
  return socket;
}

// The close frame that a server's last bytes are.
WsClosed close_frame_of(std::string const& bytes) {
  if (bytes.size() < 4 || bytes[0] != '\x88') return {};
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  return {static_cast<std::uint16_t>(byte(2) << 8 | byte(3)), bytes.substr(4)};
}

TEST(Websocket, MessagesOfEverySizeComeBackInOrder) {
  TestServer server;
  auto client = server.connect();
  for (std::size_t size : {0U, 1U, 125U, 126U, 127U, 1000U, 1024U})
    ASSERT_TRUE(client.send(std::string(size, 'a')));
  for (std::size_t size : {0U, 1U, 125U, 126U, 127U, 1000U, 1024U}) {
    auto const echo = client.receive(kPatience);
    ASSERT_TRUE(echo) << size;
    EXPECT_EQ(echo->size(), size);
  }
}

TEST(Websocket, LargeMessagesGoOutWhole) {
  TestServer server;
  auto client = server.connect();
  ASSERT_TRUE(client.send("heap 3 70000"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.receive(kPatience).value_or("").size(), 70'000U);
  EXPECT_EQ(client.receive(kPatience).value_or(""), "done");
}

TEST(Websocket, TheFirstSubprotocolOfferedIsChosen) {
  TestServer server;
  WsOptions options;
  options.subprotocols = {"rfc5", "rfc4"};
  EXPECT_EQ(server.connect("/echo", options).subprotocol(), "rfc5");
  EXPECT_EQ(server.connect().subprotocol(), "");
}

TEST(Websocket, AFragmentedMessageArrivesWhole) {
  TestServer server;
  auto socket = raw_websocket(server);
  socket->send(frame('\x02', "frag"));
  socket->send(frame(kPing, "in between"));
  socket->send(frame('\x00', "men"));
  socket->send(frame('\x80', "ted"));
  EXPECT_TRUE(server.events.wait([](Events const& e) { return !e.messages.empty(); }));
  EXPECT_EQ(server.events.get().messages.front(), "fragmented");
}

TEST(Websocket, FragmentsTogetherObeyTheLimit) {
  TestServer server;
  auto socket = raw_websocket(server);
  std::string const piece(100, 'p');
  socket->send(frame('\x02', piece));
  for (int i = 0; i < 12; ++i) socket->send(frame('\x00', piece));
  EXPECT_EQ(close_frame_of(socket->read_all()).code, 1009);
  EXPECT_TRUE(server.wait_closed_with(Errc::message_too_big));
  EXPECT_TRUE(server.events.get().messages.empty());
}

TEST(Websocket, AMessageInCrumbsIsNotWaitedFor) {
  TestServer server;
  auto socket = raw_websocket(server);
  socket->send(frame('\x02', "c"));
  for (int i = 0; i < 100; ++i) socket->send(frame('\x00', "c"));
  EXPECT_EQ(close_frame_of(socket->read_all()).reason, "rate_limited");
  EXPECT_TRUE(server.events.get().messages.empty());
}

TEST(Websocket, AMessageOverTheLimitClosesWith1009) {
  TestServer server;
  auto client = server.connect();
  ASSERT_TRUE(client.send(std::string(1025, 'a')));
  auto const closed = TestServer::wait_closed(client);
  EXPECT_EQ(closed.code, 1009);
  EXPECT_EQ(closed.reason, "message_too_big");
  EXPECT_EQ(server.metrics.rejected(Errc::message_too_big), 1);
}

TEST(Websocket, ATextFrameClosesWith1003) {
  TestServer server;
  auto client = server.connect();
  ASSERT_TRUE(client.send_text("hello"));
  auto const closed = TestServer::wait_closed(client);
  EXPECT_EQ(closed.code, 1003);
  EXPECT_EQ(closed.reason, "text_frame");
  EXPECT_TRUE(server.wait_closed_with(Errc::text_frame));
  EXPECT_TRUE(server.events.get().messages.empty());
}

TEST(Websocket, ATextFrameThatIsNotEvenUtf8IsStillATextFrame) {
  TestServer server;
  auto socket = raw_websocket(server);
  socket->send(frame(kText, "\xff\xfe"));
  EXPECT_EQ(close_frame_of(socket->read_all()).code, 1003);
}

TEST(Websocket, FramesAgainstTheProtocolCloseWith1002) {
  TestServer server;
  for (auto const& bytes :
       {frame(kBinary, "unmasked", false), frame('\xc2', "reserved bit"), frame('\x83', "opcode"),
        frame('\x80', "continues nothing"), frame('\x09', "fragmented ping")}) {
    auto socket = raw_websocket(server);
    socket->send(bytes);
    EXPECT_EQ(close_frame_of(socket->read_all()).code, 1002) << bytes;
  }
  EXPECT_EQ(server.metrics.rejected(Errc::malformed_packet), 5);
}

TEST(Websocket, PingsAreAnswered) {
  TestServer server;
  auto socket = raw_websocket(server);
  socket->send(frame(kPing, "are you there"));
  EXPECT_EQ(socket->read_exactly(15), std::string("\x8a\x0d") + "are you there");
}

TEST(Websocket, AFloodOfPingsIsClosed) {
  ServerOptions options;
  options.websocket.control = {.per_second = 1, .burst = 3};
  options.websocket.close_wait = Millis{50};
  TestServer server(options);
  auto socket = raw_websocket(server);
  for (int i = 0; i < 200; ++i) socket->send(frame(kPing, {}));
  socket->read_all();
  EXPECT_TRUE(server.wait_closed_with(Errc::rate_limited));
}

TEST(Websocket, CloseTellsCodeAndTextAndThenTheProtocol) {
  TestServer server;
  auto client = server.connect();
  ASSERT_TRUE(client.send("close"));
  auto const closed = TestServer::wait_closed(client);
  EXPECT_EQ(closed.code, 1008);
  EXPECT_EQ(closed.reason, "somebody else");
  EXPECT_TRUE(server.wait_closed_with(Errc::replaced));
  EXPECT_EQ(server.metrics.rejected(Errc::replaced), 1);
}

TEST(Websocket, WhatIsQueuedGoesOutBeforeTheCloseFrame) {
  TestServer server;
  auto client = server.connect();
  ASSERT_TRUE(client.send("heap 5 1000"));
  ASSERT_TRUE(client.send("close"));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.receive(kPatience).value_or("").size(), 1000U);
  EXPECT_EQ(client.receive(kPatience).value_or(""), "done");
  EXPECT_EQ(TestServer::wait_closed(client).code, 1008);
}

TEST(Websocket, ACloseOfTheClientIsAnsweredWithItsCode) {
  TestServer server;
  auto client = server.connect();
  client.close(4001);
  ASSERT_TRUE(client.closed());
  EXPECT_EQ(client.closed()->code, 4001);
  EXPECT_TRUE(server.wait_closed_with(Errc::peer_gone));
  EXPECT_TRUE(server.events.wait([](Events const& e) { return e.released == 1; }));
}

TEST(Websocket, AClientThatVanishesIsNoticedAndReleased) {
  TestServer server;
  {
    auto client = server.connect();
  }
  EXPECT_TRUE(server.wait_closed_with(Errc::peer_gone));
  EXPECT_TRUE(server.events.wait([](Events const& e) { return e.released == 1; }));
}

TEST(Websocket, AClientThatIgnoresTheCloseFrameIsCut) {
  ServerOptions options;
  options.websocket.close_wait = Millis{50};
  TestServer server(options);
  auto socket = raw_websocket(server);
  socket->send(frame(kBinary, "close"));
  EXPECT_EQ(close_frame_of(socket->read_all()).code, 1008);  // ends although we never answered
}

TEST(Websocket, AnExceptionOfTheProtocolClosesOnlyItsConnection) {
  TestServer server;
  auto other = server.connect();
  auto client = server.connect();
  ASSERT_TRUE(client.send("throw"));
  EXPECT_EQ(TestServer::wait_closed(client).code, 1011);
  ASSERT_TRUE(other.send("still here"));
  EXPECT_EQ(other.receive(kPatience).value_or(""), "still here");
}

TEST(Websocket, WhoeverDoesNotLogInInTimeIsClosed) {
  ServerOptions options;
  options.websocket.handshake = Millis{30};
  TestServer server(options);
  auto client = server.connect();
  auto const closed = TestServer::wait_closed(client);
  EXPECT_EQ(closed.code, 1008);
  EXPECT_EQ(closed.reason, "handshake_timeout");
}

TEST(Websocket, TheDeadlineEndsWithTheLogin) {
  ServerOptions options;
  options.websocket.handshake = Millis{300};
  TestServer server(options);
  auto client = server.connect();
  ASSERT_TRUE(client.send("login"));
  EXPECT_EQ(client.receive(kPatience).value_or(""), "login");
  auto later = server.connect();  // whose deadline is the later one
  EXPECT_EQ(TestServer::wait_closed(later).reason, "handshake_timeout");
  ASSERT_TRUE(client.send("on"));
  EXPECT_EQ(client.receive(kPatience).value_or(""), "on");
  EXPECT_EQ(server.metrics.histogram(Distribution::handshake_seconds).count(), 1U);
}

TEST(Websocket, ASilentClientIsPingedAndThenGone) {
  ServerOptions options;
  options.websocket.ping_after = Millis{20};
  options.websocket.cut_after = Millis{100};
  options.websocket.close_wait = Millis{20};
  TestServer server(options);
  auto socket = raw_websocket(server);
  auto const bytes = socket->read_all();
  EXPECT_TRUE(bytes.starts_with(std::string_view("\x89\x00", 2)));
  EXPECT_TRUE(server.wait_closed_with(Errc::idle_timeout));
}

// Answers so many pings, one after the other.
void answer_pings(RawSocket& socket, int count) {
  for (int i = 0; i < count; ++i) {
    ASSERT_EQ(socket.read_exactly(2), std::string_view("\x89\x00", 2)) << i;
    socket.send(frame('\x8a', {}));
  }
}

TEST(Websocket, AClientThatAnswersPingsStays) {
  ServerOptions options;
  options.websocket.ping_after = Millis{20};
  options.websocket.cut_after = Millis{500};
  TestServer server(options);
  auto socket = raw_websocket(server);
  answer_pings(*socket, 30);  // at 20 ms each: longer than the cut
  socket->send(frame(kBinary, "alive"));
  EXPECT_NE(socket->read_until("alive").find("alive"), std::string::npos);
}

TEST(Websocket, ThePingComesInTimeWheneverTheSilenceBegan) {
  ServerOptions options;
  options.websocket.ping_after = Millis{600};
  options.websocket.cut_after = Millis{1'100};
  TestServer server(options);
  auto socket = raw_websocket(server);
  answer_pings(*socket, 1);  // the next silence begins between two looks
  socket->send(frame(kBinary, "hello"));
  EXPECT_EQ(socket->read_exactly(7), "\x82\x05hello");
  answer_pings(*socket, 2);
  socket->send(frame(kBinary, "alive"));
  EXPECT_EQ(socket->read_exactly(7),
            "\x82\x05"
            "alive");
}

TEST(Websocket, ASlowReaderLosesUnreliableMessagesButNoReliableOne) {
  TestServer server;
  WsOptions options;
  options.receive_buffer = 4096;
  auto client = server.connect("/echo", options);
  ASSERT_TRUE(client.send("flood 5000 1000"));
  int received = 0;
  for (auto message = client.receive(kPatience); message; message = client.receive(kPatience)) {
    if (*message == "done") break;
    ++received;
  }
  EXPECT_FALSE(client.closed());
  EXPECT_LT(received, 5000);
  EXPECT_EQ(server.metrics.rejected(Errc::slow_consumer), 5000 - received);
}

TEST(Websocket, AReaderTooSlowForReliableMessagesIsClosedAndNobodyElseIsHeldUp) {
  ServerOptions options;
  options.websocket.close_wait = Millis{50};
  TestServer server(options);
  auto other = server.connect();
  RawSocket slow(server.server->port(), 4096);
  slow.send(upgrade_request("/echo"));
  slow.send(frame(kBinary, "heap 3000 1000"));
  EXPECT_TRUE(server.wait_closed_with(Errc::slow_consumer));
  ASSERT_TRUE(other.send("quick"));
  EXPECT_EQ(other.receive(kPatience).value_or(""), "quick");
  EXPECT_EQ(server.metrics.rejected(Errc::slow_consumer), 1);
}

TEST(Websocket, ItLivesOnTheShardThatItsEndpointNames) {
  TestServer server({}, 3);
  for (auto const* path : {"/at/2", "/at/0", "/at/1", "/at/2"}) {
    auto client = server.connect(path);
    ASSERT_TRUE(client.send(path));
    EXPECT_EQ(client.receive(kPatience).value_or(""), path);
  }
  EXPECT_EQ(server.events.get().shards, (std::vector<std::size_t>{2, 0, 1, 2}));
}

TEST(Websocket, BytesThatCameWithTheUpgradeMoveToItsShardToo) {
  TestServer server({}, 2);
  for (auto const* path : {"/at/0", "/at/1"}) {
    RawSocket socket(server.server->port());
    socket.send(upgrade_request(path) + frame(kBinary, "early"));
    EXPECT_NE(socket.read_until("early").find("early"), std::string::npos);
  }
}

TEST(Websocket, ManyConnectionsComeAndGoOnAllShards) {
  TestServer server({}, 2);
  for (int round = 0; round < 5; ++round) {
    std::vector<WsClient> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(server.connect(i % 2 == 0 ? "/at/0" : "/at/1"));
    for (auto& client : clients) ASSERT_TRUE(client.send("hi"));
    for (auto& client : clients) EXPECT_EQ(client.receive(kPatience).value_or(""), "hi");
  }
  EXPECT_TRUE(server.events.wait([](Events const& e) { return e.released == 100; }));
  EXPECT_EQ(server.events.get().closed.size(), 100U);
}

TEST(Websocket, OnlyWhoHasLoggedInMaySendLargeMessages) {
  TestServer server;
  auto stranger = server.connect("/wary");
  ASSERT_TRUE(stranger.send(std::string(65, 'x')));
  EXPECT_EQ(TestServer::wait_closed(stranger).code, 1009);
  auto known = server.connect("/wary");
  ASSERT_TRUE(known.send("login"));
  ASSERT_TRUE(known.receive(kPatience));
  ASSERT_TRUE(known.send(std::string(1024, 'x')));
  EXPECT_EQ(known.receive(kPatience).value_or("").size(), 1024U);
}

}  // namespace
}  // namespace archipelago::net::testing
