// The test double of a websocket: remembers what was sent and why it was closed.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/virtual_loop.hpp"
#include "net/websocket.hpp"

namespace archipelago::net {

class FakeConnection final : public Connection {
 public:
  explicit FakeConnection(Loop& loop, std::string remote = "192.0.2.1")
      : loop_(loop), remote_(std::move(remote)) {}

  bool send(SharedBytes message, Delivery delivery = Delivery::reliable) override {
    if (closed_why || (slow && delivery == Delivery::unreliable)) return false;
    sent.push_back(*message);
    deliveries.push_back(delivery);
    return true;
  }
  void close(Errc why, std::string_view text = {}) override {
    if (closed_why) return;
    closed_why = why;
    closed_text = std::string(text.empty() ? public_text(why) : text);
  }
  void logged_in() override { is_logged_in = true; }
  [[nodiscard]] std::string const& remote() const override { return remote_; }
  [[nodiscard]] Loop& loop() override { return loop_; }

  /// All that was sent since the last call.
  std::vector<std::string> take() { return std::exchange(sent, {}); }

  std::vector<std::string> sent;
  std::vector<Delivery> deliveries;
  std::optional<Errc> closed_why;
  std::string closed_text;
  bool is_logged_in = false;
  bool slow = false;  ///< takes no unreliable messages

 private:
  Loop& loop_;
  std::string remote_;
};

}  // namespace archipelago::net
