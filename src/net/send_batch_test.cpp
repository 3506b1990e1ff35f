// Batches through real sockets: order, slow readers, and that a reader that keeps up costs no
// memory.
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/test_server.hpp"
#include "support/allocations.hpp"

namespace archipelago::net::testing {
namespace {

using archipelago::testing::allocations_of;
using Act = std::function<void(Connection&)>;

/// Does what the test says, on the connection's thread, for each message.
class Obedient final : public Protocol {
 public:
  Obedient(Connection& connection, Act act) : connection_(connection), act_(std::move(act)) {}
  void on_message(std::string_view) override { act_(connection_); }
  void on_closed(Errc) override {}

 private:
  Connection& connection_;
  Act act_;
};

class SendBatch : public ::testing::Test {
 protected:
  ~SendBatch() override {
    server_->stop();
    pool_.stop();
  }

  /// A client for whom `act` runs now.
  WsClient serve(Act act, WsOptions options = {}) {
    WebsocketEndpoint endpoint;
    endpoint.open = [act = std::move(act)](HttpRequest const&, Connection& connection,
                                           std::size_t) {
      return std::make_shared<Obedient>(connection, act);
    };
    router_.websocket("/", endpoint);
    pool_.start();
    ServerOptions server;
    server.port = 0;
    server_ = std::move(*Server::start(pool_, router_, server, metrics_));
    auto client =
        WsClient::connect("ws" + server_->url().substr(4) + "/", kPatience, std::move(options));
    EXPECT_TRUE(client->send("now"));
    return std::move(*client);
  }

  static std::vector<std::string> read_until(WsClient& client, std::string const& last) {
    std::vector<std::string> heard;
    while (auto message = client.receive(kPatience)) {
      heard.push_back(std::move(*message));
      if (heard.back() == last) break;
    }
    return heard;
  }

  static void add(FrameBatch& batch, std::string const& payload, FrameBatch::Own& author,
                  bool unreliable = false) {
    batch.add(payload.size(), unreliable, author).append(payload);
  }

  Metrics metrics_;
  Router router_;
  ShardPool pool_{1};
  std::unique_ptr<Server> server_;
};

TEST_F(SendBatch, BatchesAndMessagesArriveInOrderWithoutTheAuthorsOwn) {
  auto client = serve([](Connection& connection) {
    FrameBatch batch;
    FrameBatch::Own me;
    FrameBatch::Own other;
    for (auto const leave : {Leave::now, Leave::at_turn, Leave::now}) {
      add(batch, "a", other);
      add(batch, "mine", me);
      add(batch, std::string(300, 'b'), other);
      auto const sent = connection.send_batch(batch, me, leave);
      EXPECT_EQ(sent.frames, 2U);
      EXPECT_EQ(sent.bytes, 301U);
      EXPECT_EQ(sent.dropped, 0U);
      connection.send(share("between"));
      batch.clear();
      me = other = {};
    }
    connection.send(share("end"));
  });
  std::vector<std::string> const once{"a", std::string(300, 'b'), "between"};
  std::vector<std::string> expected;
  for (int i = 0; i < 3; ++i) expected.insert(expected.end(), once.begin(), once.end());
  expected.emplace_back("end");
  EXPECT_EQ(read_until(client, "end"), expected);
}

TEST_F(SendBatch, MoreSlicesThanOneCallTakesAreSentToo) {
  auto client = serve([](Connection& connection) {
    FrameBatch batch;
    FrameBatch::Own me;
    FrameBatch::Own other;
    for (int i = 0; i < 100; ++i) {
      add(batch, "mine", me);
      add(batch, std::to_string(i), other);
    }
    EXPECT_EQ(connection.send_batch(batch, me, Leave::now).frames, 100U);
  });
  EXPECT_EQ(read_until(client, "99").size(), 100U);
}

TEST_F(SendBatch, ASlowReaderLosesUnreliableFramesButNoReliableOneAndNoneInPart) {
  constexpr int kBatches = 3'000;
  WsOptions options;
  options.receive_buffer = 4096;
  std::atomic<std::size_t> dropped{0};
  auto client = serve(
      [&](Connection& connection) {
        for (int i = 0; i < kBatches; ++i) {
          FrameBatch batch;
          FrameBatch::Own other;
          add(batch, std::string(1'000, 'u'), other, true);
          add(batch, std::to_string(i), other);
          dropped += connection.send_batch(batch, {}, Leave::now).dropped;
        }
        connection.send(share("end"));
      },
      options);
  int next = 0;
  std::size_t unreliable = 0;
  for (auto const& message : read_until(client, "end")) {
    if (message == std::string(1'000, 'u'))
      ++unreliable;
    else if (message != "end")
      EXPECT_EQ(message, std::to_string(next++));
  }
  EXPECT_EQ(next, kBatches);
  EXPECT_GT(dropped, 0U);
  EXPECT_EQ(unreliable, kBatches - dropped.load());
  EXPECT_EQ(metrics_.rejected(Errc::slow_consumer), static_cast<std::int64_t>(dropped.load()));
}

TEST_F(SendBatch, AReaderThatKeepsUpCostsNoMemory) {
  std::atomic<std::size_t> asked{0};
  auto client = serve([&](Connection& connection) {
    FrameBatch batch;
    FrameBatch::Own author;
    FrameBatch::Own me;
    auto const fill = [&] {
      batch.clear();
      author = me = {};
      for (int i = 0; i < 10; ++i) {
        batch.add(4, true, author).append("body");
        batch.add(4, true, me).append("mine");
      }
    };
    fill();
    for (int i = 0; i < 100; ++i) {
      asked += allocations_of([&] {
        fill();
        EXPECT_EQ(connection.send_batch(batch, me, Leave::now).frames, 10U);
      });
    }
    connection.send(share("end"));
  });
  EXPECT_EQ(read_until(client, "end").size(), 1'001U);
  EXPECT_EQ(asked, 0U);
}

}  // namespace
}  // namespace archipelago::net::testing
