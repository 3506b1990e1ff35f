// One websocket of the server: Connection on top, Beast and Transport beneath.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "limits/outbox_policy.hpp"
#include "limits/token_bucket.hpp"
#include "net/http_message.hpp"
#include "net/server_core.hpp"
#include "net/transport.hpp"

namespace archipelago::net {

/// What HTTP hands over with an upgrade.
struct Upgrade {
  std::shared_ptr<ServerCore> core;
  Shard& shard;
  std::shared_ptr<Transport> transport;
  std::unique_ptr<Place> place;
  HttpRequest request;
  WebsocketEndpoint const& endpoint;
  Instant began;  ///< start of the handshake's time
};

/// Lives as long as its coroutine run(). Life: open, closing (a reason is set, the protocol is told
/// in the next turn, the close frame follows what is queued), gone.
class WebsocketSession final : public Connection,
                               public Session,
                               public std::enable_shared_from_this<WebsocketSession> {
 public:
  explicit WebsocketSession(Upgrade upgrade);
  ~WebsocketSession() override;

  Async<void> run(std::unique_ptr<RawRequest> raw);
  [[nodiscard]] Executor executor() { return transport_->get_executor(); }

  bool send(SharedBytes message, Delivery delivery) override;
  void close(Errc why, std::string_view text) override;
  void logged_in() override;
  [[nodiscard]] std::string const& remote() const override { return request_.remote; }
  [[nodiscard]] Loop& loop() override { return shard_; }

  void drain(Errc why) override { close(why, {}); }
  void cut(Errc why) override;

 private:
  using Stream = beast::websocket::stream<Transport&, false>;  // false: no compression

  void prepare(RawRequest const& raw);
  void open();
  Async<bool> read_some();
  Async<void> wind_up();
  void on_read_error(error_code ec);
  void on_control(beast::websocket::frame_type kind);
  void deliver();
  void forget_read();
  void watch();

  void refill();
  void schedule_flush();
  void begin_closing(Errc why, std::uint16_t code, std::string_view text);

  std::unique_ptr<Place> place_;  // first: freed last
  std::shared_ptr<ServerCore> const core_;
  Shard& shard_;
  std::shared_ptr<Transport> const transport_;
  HttpRequest request_;
  WebsocketEndpoint const& endpoint_;
  Instant const began_;
  Stream stream_;
  beast::flat_buffer inbox_;
  std::shared_ptr<Protocol> protocol_;

  limits::OutboxPolicy policy_;
  std::deque<SharedBytes> outbox_;
  std::string close_frame_;
  bool flush_scheduled_ = false;

  std::optional<Errc> closed_;
  bool opened_ = false;
  Instant heard_{};
  limits::TokenBucket control_;
  Timer handshake_timer_;
  Timer watch_timer_;
  Timer close_timer_;
};

}  // namespace archipelago::net
