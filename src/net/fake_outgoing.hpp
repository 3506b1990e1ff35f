// The test double of outgoing connections: a test answers for the server.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/virtual_loop.hpp"
#include "net/outgoing.hpp"

namespace archipelago::net {

/// A websocket whose server is the test.
class FakeWebsocket final : public OutgoingWebsocket {
 public:
  FakeWebsocket(Loop& on, WebsocketDial to, std::shared_ptr<Protocol> protocol)
      : dial(std::move(to)), loop_(on), protocol_(std::move(protocol)) {}

  bool send(SharedBytes message, Delivery delivery = Delivery::reliable) override {
    if (ended_ || !is_open) return false;
    sent.push_back(*message);
    deliveries.push_back(delivery);
    return true;
  }
  void close(Errc why, std::string_view text = {}) override {
    if (ended_) return;
    closed_why = why;
    end_.text = text.empty() ? reason(why).label : text;
    finish(why);
  }
  void logged_in() override { is_logged_in = true; }
  [[nodiscard]] std::string const& remote() const override { return dial.url; }
  [[nodiscard]] Loop& loop() override { return loop_; }
  [[nodiscard]] WebsocketEnd const& end() const override { return end_; }

  // What the server does; each is ignored once the websocket has ended.
  void open() {
    if (ended_) return;
    is_open = true;
    auto const protocol = protocol_;
    protocol->on_open();
  }
  void say(std::string_view bytes) {
    if (auto const protocol = protocol_; protocol && !ended_) protocol->on_message(bytes);
  }
  void end_with(Errc why, WebsocketEnd end) {
    if (ended_) return;
    end_ = std::move(end);
    finish(why);
  }
  void server_closes(std::uint16_t code, std::string text = {}) {
    end_with(Errc::peer_gone, {.close_code = code, .http_status = 0, .text = std::move(text)});
  }
  void refuses(std::string text = "refused", int status = 0) {
    end_with(Errc::upstream_failed,
             {.close_code = 0, .http_status = status, .text = std::move(text)});
  }
  [[nodiscard]] bool ended() const { return ended_; }

  /// All that was sent since the last call.
  std::vector<std::string> take() { return std::exchange(sent, {}); }

  WebsocketDial const dial;
  std::vector<std::string> sent;
  std::vector<Delivery> deliveries;
  std::optional<Errc> closed_why;  ///< by us
  bool is_open = false;
  bool is_logged_in = false;

 private:
  void finish(Errc why) {
    ended_ = true;
    loop_.post([protocol = std::exchange(protocol_, nullptr), why] { protocol->on_closed(why); });
  }

  Loop& loop_;
  std::shared_ptr<Protocol> protocol_;
  WebsocketEnd end_;
  bool ended_ = false;
};

class FakeOutgoing final : public Outgoing {
 public:
  struct Fetch {
    HttpFetch request;
    std::function<void(Result<HttpResponse>)> answer;
  };

  [[nodiscard]] Loop& loop() override { return virtual_loop; }
  std::shared_ptr<OutgoingWebsocket> open(WebsocketDial dial,
                                          std::shared_ptr<Protocol> protocol) override {
    opened.push_back(
        std::make_shared<FakeWebsocket>(virtual_loop, std::move(dial), std::move(protocol)));
    return opened.back();
  }
  void fetch(HttpFetch request, std::function<void(Result<HttpResponse>)> done) override {
    fetches.push_back({std::move(request), std::move(done)});
  }

  VirtualLoop virtual_loop;
  std::vector<std::shared_ptr<FakeWebsocket>> opened;  ///< all, oldest first
  std::deque<Fetch> fetches;                           ///< unanswered ones, for the test to take
};

}  // namespace archipelago::net
