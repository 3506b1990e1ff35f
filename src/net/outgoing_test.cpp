// Websockets and requests that we open, against a real server on a free port.
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "net/asio.hpp"
#include "net/asio_outgoing.hpp"
#include "net/fake_outgoing.hpp"
#include "net/masking.hpp"
#include "net/test_certificate.hpp"
#include "net/test_server.hpp"

namespace archipelago::net {
namespace {

using testing::eventually;
using ::testing::HasSubstr;
using testing::kPatience;
using testing::TestServer;

/// What became of one websocket.
struct Story {
  bool opened = false;
  std::vector<std::string> messages;
  std::optional<Errc> closed;
};

class Listener final : public Protocol {
 public:
  explicit Listener(Story& story) : story_(story) {}
  void on_open() override { story_.opened = true; }
  void on_message(std::string_view bytes) override { story_.messages.emplace_back(bytes); }
  void on_closed(Errc why) override { story_.closed = why; }

 private:
  Story& story_;
};

class OutgoingTest : public ::testing::Test {
 protected:
  std::shared_ptr<OutgoingWebsocket> open(std::string url, Millis limit = kPatience) {
    WebsocketDial dial;
    dial.url = std::move(url);
    dial.limit = limit;
    dial.subprotocols = {"one", "two"};
    dial.max_message_bytes = 600;
    return outgoing->open(dial, std::make_shared<Listener>(story));
  }

  bool turn_until(std::function<bool()> const& done) {
    auto const end = std::chrono::steady_clock::now() + kPatience;
    io.restart();
    while (!done())
      if (io.run_one_until(end) == 0) return done();
    return true;
  }
  bool opens() {
    return turn_until([this] { return story.opened || story.closed; }) && story.opened;
  }
  bool hears(std::size_t messages) {
    return turn_until([&] { return story.messages.size() >= messages || story.closed; }) &&
           !story.closed;
  }
  std::optional<Errc> end() {
    turn_until([this] { return story.closed.has_value(); });
    return story.closed;
  }

  TestServer server;
  asio::io_context io;
  Story story;
  std::unique_ptr<Outgoing> outgoing = make_outgoing(io);
};

TEST_F(OutgoingTest, MessagesGoThereAndBackInOrder) {
  auto const socket = open(server.ws());
  socket->send(share("too early"));
  ASSERT_TRUE(opens());
  socket->logged_in();
  for (auto const size : {0U, 1U, 125U, 126U, 600U})
    socket->send(share(std::string(size, 'x')), Delivery::reliable);
  ASSERT_TRUE(hears(5));
  EXPECT_EQ(story.messages[1], "x");
  EXPECT_EQ(story.messages[4], std::string(600, 'x'));
}

TEST_F(OutgoingTest, TheServersCodeAndWordsAreHeard) {
  auto const socket = open(server.ws());
  ASSERT_TRUE(opens());
  socket->send(share("close"));
  EXPECT_EQ(end(), Errc::peer_gone);
  EXPECT_EQ(socket->end().close_code, 1008);
  EXPECT_EQ(socket->end().text, "somebody else");
}

TEST_F(OutgoingTest, WhatIsQueuedLeavesBeforeTheCloseFrame) {
  auto const socket = open(server.ws());
  ASSERT_TRUE(opens());
  for (int i = 0; i < 100; ++i) socket->send(share("last words"));
  socket->close(Errc::peer_gone);
  socket->send(share("unheard"));
  EXPECT_EQ(end(), Errc::peer_gone);
  EXPECT_EQ(socket->end().close_code, 0) << "it was us";
  turn_until([this] { return server.events.get().closed.size() == 1; });
  EXPECT_EQ(server.events.get().messages.size(), 100U);
  EXPECT_EQ(server.events.get().closed.front(), Errc::peer_gone);
}

TEST_F(OutgoingTest, ConnectionsComeFromTheAddressAskedFor) {
  OutgoingOptions options;
  options.source = IpAddress::parse("127.0.0.9");
  outgoing = make_outgoing(io, options);
  open(server.ws());
  ASSERT_TRUE(opens());
  turn_until([this] { return !server.events.get().remotes.empty(); });
  EXPECT_THAT(server.events.get().remotes, ::testing::ElementsAre("127.0.0.9"));
}

TEST_F(OutgoingTest, ARefusedUpgradeTellsItsStatus) {
  auto const socket = open(server.ws("/closed?full"));
  EXPECT_EQ(end(), Errc::upstream_failed);
  EXPECT_FALSE(story.opened);
  EXPECT_EQ(socket->end().http_status, 503);
}

TEST_F(OutgoingTest, WhatCannotBeReachedFailsWithAReason) {
  auto const url = std::string("ws://127.0.0.1:1/");
  auto const socket = open(url);
  EXPECT_EQ(end(), Errc::upstream_failed);
  EXPECT_THAT(socket->end().text, HasSubstr("127.0.0.1:1"));
}

TEST_F(OutgoingTest, AUrlThatIsNoneFailsLaterNotAtOnce) {
  auto const socket = open("http://127.0.0.1/");
  EXPECT_FALSE(story.closed);
  EXPECT_EQ(end(), Errc::upstream_failed);
}

TEST_F(OutgoingTest, TheLimitHoldsUntilTheLogin) {
  open(server.ws(), Millis{50});
  ASSERT_TRUE(opens());
  EXPECT_EQ(end(), Errc::handshake_timeout);
}

TEST_F(OutgoingTest, AServerThatNeverAnswersIsGivenUp) {
  asio::ip::tcp::acceptor mute(io, {asio::ip::address_v4::loopback(), 0});
  open("ws://127.0.0.1:" + std::to_string(mute.local_endpoint().port()), Millis{50});
  EXPECT_EQ(end(), Errc::handshake_timeout);
  EXPECT_FALSE(story.opened);
}

TEST_F(OutgoingTest, AMessageAboveTheLimitClosesAndIsNotHeard) {
  auto const socket = open(server.ws());
  ASSERT_TRUE(opens());
  socket->send(share("heap 1 601"));
  EXPECT_EQ(end(), Errc::message_too_big);
  EXPECT_TRUE(story.messages.empty());
}

TEST_F(OutgoingTest, SilenceIsAskedForASignOfLife) {
  outgoing = make_outgoing(
      io,
      {.ca_file = {}, .ping_after = Millis{5}, .cut_after = kPatience, .close_wait = kPatience});
  auto const socket = open(server.ws());
  ASSERT_TRUE(opens());
  socket->logged_in();
  auto const start = outgoing->loop().now();
  turn_until([&] { return outgoing->loop().now() - start > Millis{60}; });
  EXPECT_FALSE(story.closed) << "pings are answered";
}

TEST_F(OutgoingTest, AServerThatVanishesIsMissed) {
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  outgoing = make_outgoing(
      io,
      {.ca_file = {}, .ping_after = Millis{5}, .cut_after = Millis{30}, .close_wait = Millis{30}});
  auto const socket = open("ws://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()));
  asio::ip::tcp::socket peer(io);
  beast::websocket::stream<asio::ip::tcp::socket&> stream(peer);
  acceptor.async_accept(peer, [&](auto) { stream.async_accept([](auto) {}); });
  ASSERT_TRUE(opens());
  socket->logged_in();
  EXPECT_EQ(end(), Errc::idle_timeout) << "nobody reads the pings there";
}

/// The same through TLS, to a server whose certificate nobody else trusts.
class OutgoingTlsTest : public OutgoingTest {
 protected:
  void trust(std::string ca_file) {
    OutgoingOptions options;
    options.ca_file = std::move(ca_file);
    outgoing = make_outgoing(io, options);
  }

  testing::Certificate const certificate;
  TestServer secure{testing::tls_options(certificate)};
};

TEST_F(OutgoingTlsTest, MessagesGoThereAndBackWhereTheCertificateIsTrusted) {
  trust(certificate.file());
  ASSERT_TRUE(secure.ws().starts_with("wss://"));
  auto const socket = open(secure.ws());
  ASSERT_TRUE(opens()) << socket->end().text;
  socket->send(share("login"));
  socket->send(share("heap 40 500"));
  ASSERT_TRUE(hears(42));
  EXPECT_EQ(story.messages.front(), "login");
  EXPECT_EQ(story.messages[1], std::string(500, 'x'));
  EXPECT_EQ(story.messages.back(), "done");
  socket->close(Errc::replaced);
  EXPECT_EQ(end(), Errc::replaced);
}

TEST_F(OutgoingTlsTest, AWebsocketToWhomNobodyVouchesForIsNotOpened) {
  auto const socket = open(secure.ws());
  EXPECT_EQ(end(), Errc::upstream_failed);
  EXPECT_FALSE(story.opened);
  EXPECT_THAT(socket->end().text, HasSubstr("certificate verify failed"));
}

TEST_F(OutgoingTlsTest, ACertificateForAnotherNameIsNotTaken) {
  trust(certificate.file());
  auto url = secure.ws();
  url.replace(url.find("127.0.0.1"), 9, "127.0.0.2");
  auto const socket = open(url);
  EXPECT_EQ(end(), Errc::upstream_failed);
  EXPECT_FALSE(story.opened);
}

TEST_F(OutgoingTest, AFetchAnswersLater) {
  std::optional<Result<HttpResponse>> answer;
  HttpFetch request;
  request.url = "http" + server.ws("/hello?name=you").substr(2);
  outgoing->fetch(request, [&](Result<HttpResponse> got) { answer = std::move(got); });
  EXPECT_FALSE(answer);
  ASSERT_TRUE(turn_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error().detail;
  EXPECT_EQ((*answer)->body, "{\"hello\":\"you\"}");
}

TEST_F(OutgoingTest, AFetchKeepsItsDeadline) {
  std::optional<Result<HttpResponse>> answer;
  HttpFetch request;
  request.url = "http" + server.ws("/later").substr(2);
  request.timeout = Millis{50};
  outgoing->fetch(request, [&](Result<HttpResponse> got) { answer = std::move(got); });
  ASSERT_TRUE(turn_until([&] { return answer.has_value(); }));
  EXPECT_EQ(answer->error().code, Errc::upstream_failed);
}

TEST_F(OutgoingTest, WhoHasGoneIsNotAnswered) {
  bool answered = false;
  HttpFetch request;
  request.url = "http" + server.ws("/hello").substr(2);
  outgoing->fetch(request, [&](Result<HttpResponse> const&) { answered = true; });
  outgoing.reset();
  io.run();
  EXPECT_FALSE(answered);
}

RC_GTEST_PROP(Masking, TheKeyGivesThePayloadBack, (std::string payload)) {
  MaskSource masks;
  auto const key = masks.next();
  std::string frame;
  append_masked_frame(frame, 0x82, payload, key);
  RC_ASSERT(frame.size() == masked_size(payload.size()));
  auto body = frame.substr(frame.size() - payload.size());
  for (std::size_t i = 0; i < body.size(); ++i)
    body[i] = static_cast<char>(static_cast<std::uint8_t>(body[i]) ^ key[i % 4]);
  RC_ASSERT(body == payload);
}

}  // namespace
}  // namespace archipelago::net
