// One websocket of the server: Connection on top, frames and Transport beneath.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "limits/outbox_policy.hpp"
#include "limits/token_bucket.hpp"
#include "net/frame_reader.hpp"
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

/// Lives as long as it reads, winds up or waits to flush. Life: open, closing (a reason is set, the
/// protocol is told in the next turn, the close frame follows what is queued), gone.
///
/// Memory matters here, a realm has many that are silent: nothing is held for a connection but this
/// object, a window for the next few frames and what really waits.
class WebsocketSession final : public Connection,
                               public Session,
                               public std::enable_shared_from_this<WebsocketSession> {
 public:
  explicit WebsocketSession(Upgrade upgrade);
  ~WebsocketSession() override;

  /// Answers the upgrade and starts to read.
  Async<void> run(std::unique_ptr<RawRequest> raw);
  [[nodiscard]] Executor executor() { return transport_->get_executor(); }

  bool send(SharedBytes message, Delivery delivery) override;
  BatchSent send_batch(FrameBatch const& batch, FrameBatch::Own const& author,
                       Leave leave) override;
  void close(Errc why, std::string_view text) override;
  void logged_in() override;
  [[nodiscard]] std::string const& remote() const override { return remote_; }
  [[nodiscard]] Loop& loop() override { return shard_; }

  void drain(Errc why) override { close(why, {}); }
  void cut(Errc why) override;

 private:
  void accept(RawRequest const& raw);
  void open();
  void read();
  void on_read(error_code ec, std::size_t bytes);
  [[nodiscard]] bool take(std::span<char> bytes);
  [[nodiscard]] bool on_item(FrameReader::Item const& item);
  void on_control(FrameReader::Item const& item);
  void deliver(std::string_view message);
  void finish();
  Async<void> wind_up();
  void watch();

  [[nodiscard]] std::size_t write_now(FrameBatch const& batch, FrameBatch::Own const& author);
  BatchSent queue_batch(FrameBatch const& batch, FrameBatch::Own const& author, std::size_t gone);
  [[nodiscard]] bool admit(std::size_t bytes, bool unreliable);
  void count_waiting();
  void refill();
  void schedule_flush();
  void begin_closing(Errc why, std::uint16_t code, std::string_view text);

  std::unique_ptr<Place> place_;  // first: freed last
  std::shared_ptr<ServerCore> const core_;
  Shard& shard_;
  std::shared_ptr<Transport> const transport_;
  std::unique_ptr<HttpRequest> request_;  // until open() has seen it
  std::string const remote_;
  WebsocketEndpoint const& endpoint_;
  Instant const began_;
  std::string window_;  // where the next bytes come
  FrameReader reader_;
  std::shared_ptr<Protocol> protocol_;

  limits::OutboxPolicy policy_;
  std::size_t counted_ = 0;  // of what waits, among the shard's
  std::vector<SharedBytes> outbox_;
  std::size_t staged_ = 0;  // so many of outbox_ are on their way
  std::string close_frame_;
  bool flush_scheduled_ = false;

  std::optional<Errc> closed_;
  bool opened_ = false;
  bool logged_in_ = false;
  Instant heard_{};
  limits::TokenBucket control_;
  Timer handshake_timer_;
  Timer watch_timer_;
  Timer close_timer_;
};

}  // namespace archipelago::net
