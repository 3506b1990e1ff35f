// What waits for readers, as operators see it.
#include <chrono>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

/// More waits than systems hold for a socket.
class Outbox : public ::testing::Test {
 protected:
  void SetUp() override {
    reader_->send(upgrade_request("/echo"));
    reader_->send(frame('\x82', "heap 6000 1000"));
    wait_until(true);
  }

  static ServerOptions patient() {
    ServerOptions options;
    options.outbox.hard_bytes = 64UL * 1024 * 1024;
    options.outbox.soft_patience = Millis{600'000};
    options.websocket.handshake = Millis{0};  // this reader takes its time and answers no pings
    options.websocket.ping_after = Millis{0};
    options.websocket.cut_after = Millis{0};
    return options;
  }

  void wait_until(bool filled) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while ((server_.server->outbox_bytes() > 0) != filled && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    ASSERT_EQ(server_.server->outbox_bytes() > 0, filled);
  }

  TestServer server_{patient()};
  std::optional<RawSocket> reader_{std::in_place, server_.server->port(), 64 * 1024};
};

TEST_F(Outbox, IsEmptyAgainWhenTheReaderHasTakenEverything) {
  EXPECT_LE(server_.server->outbox_bytes(), 6'000 * 1'010);
  EXPECT_NE(reader_->read_until("done").find("done"), std::string::npos);
  wait_until(false);
}

TEST_F(Outbox, ForgetsWhatWaitedForAReaderThatIsGone) {
  reader_.reset();
  wait_until(false);
}

}  // namespace
}  // namespace archipelago::net::testing
