// A room as a caller sees it that waits: what it heard so far.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "archipelago/client/transport.hpp"
#include "client/hand_turned.hpp"

namespace archipelago::client {

/// One thread, `network`'s; blocks up to the limits given.
class Visit final : public TransportListener {
 public:
  struct Heard {
    std::string from;
    std::string body;
    Delivery delivery{};
  };

  /// Errors: what a connection string can have wrong, and why the room was not entered.
  static Result<std::unique_ptr<Visit>> enter(HandTurned& network, std::string_view connection,
                                              Identity const& identity, Millis limit);

  bool send(std::string_view body, Delivery delivery) { return transport_->send(body, delivery); }
  /// Errors: idle_timeout, or why the room has ended.
  /// Of `from`, what others say being dropped; "": of anybody.
  Result<Heard> next_message(Millis limit, std::string_view from = {});
  Result<> wait_for_peer(std::string const& address, Millis limit);
  Result<> wait_until_gone(std::string const& address, Millis limit);
  Result<> wait_until_closed(Millis limit);
  void leave() { transport_->leave(); }

  [[nodiscard]] std::set<std::string> const& peers() const { return peers_; }
  [[nodiscard]] std::optional<Ending> const& closed() const { return closed_; }

  void on_open() override { open_ = true; }
  void on_peer_joined(std::string_view address) override { peers_.emplace(address); }
  void on_peer_left(std::string_view address) override { peers_.erase(std::string(address)); }
  void on_message(Message const& message) override {
    heard_.push_back({std::string(message.from), std::string(message.body), message.delivery});
  }
  void on_closed(Ending const& why) override { closed_ = why; }

 private:
  explicit Visit(HandTurned& network) : network_(network) {}
  Result<> wait(std::function<bool()> const& done, Millis limit);

  HandTurned& network_;
  std::unique_ptr<Transport> transport_;
  bool open_ = false;
  std::optional<Ending> closed_;
  std::set<std::string> peers_;
  std::deque<Heard> heard_;
};

}  // namespace archipelago::client
