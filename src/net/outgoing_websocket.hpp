// One websocket that we opened: Beast reads and upgrades, our frames go straight to the Transport.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "limits/outbox_policy.hpp"
#include "net/asio_loop.hpp"
#include "net/asio_outgoing.hpp"
#include "net/dial.hpp"
#include "net/masking.hpp"

namespace archipelago::net {

/// The end of a coroutine: what a callback threw comes out of the io_context's run().
inline void rethrow(std::exception_ptr const& thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

/// What all outgoing connections of a loop share, and keep alive.
struct OutgoingCore {
  OutgoingCore(asio::io_context& context, OutgoingOptions given)
      : io(context), options(std::move(given)), loop(std::make_shared<AsioLoop>(context)) {}

  /// Loaded when first needed. Error: upstream_failed.
  Result<asio::ssl::context*> trust();

  asio::io_context& io;
  OutgoingOptions options;
  std::shared_ptr<AsioLoop> loop;
  std::unique_ptr<asio::ssl::context> tls;
  MaskSource masks;
};

/// Lives as long as its coroutine run(). Life: dialling, open, closing (a reason is set, the
/// protocol is told in the next turn, the close frame follows what is queued), gone.
class AsioWebsocket final : public OutgoingWebsocket,
                            public std::enable_shared_from_this<AsioWebsocket> {
 public:
  AsioWebsocket(std::shared_ptr<OutgoingCore> core, WebsocketDial dial,
                std::shared_ptr<Protocol> protocol);
  ~AsioWebsocket() override;

  void start();

  bool send(SharedBytes message, Delivery delivery) override;
  void close(Errc why, std::string_view text) override;
  void logged_in() override;
  [[nodiscard]] std::string const& remote() const override { return dial_.url; }
  [[nodiscard]] Loop& loop() override { return *core_->loop; }
  [[nodiscard]] WebsocketEnd const& end() const override { return end_; }

 private:
  using Stream = beast::websocket::stream<Transport&, false>;  // false: no compression

  Async<void> run();
  Async<bool> connect();
  Async<bool> upgrade();
  Async<bool> read_some();
  Async<void> wind_up();
  void open();
  void prepare();
  void on_read_error(error_code ec);
  void watch();
  void schedule_flush();
  void stage(std::uint8_t first, std::string_view payload);
  void end_with(Errc why, std::string text);
  void begin_closing(Errc why, std::uint16_t code, std::string_view text);
  void tell_protocol();

  std::shared_ptr<OutgoingCore> const core_;
  WebsocketDial dial_;
  std::shared_ptr<Protocol> protocol_;
  std::optional<Dialer> dialer_;
  std::shared_ptr<Transport> transport_;
  std::optional<Stream> stream_;
  beast::flat_buffer inbox_;
  limits::OutboxPolicy policy_{{}};
  WebsocketEnd end_;
  std::optional<Errc> closed_;
  bool opened_ = false;
  bool flush_scheduled_ = false;
  Instant heard_{};
  Timer limit_timer_;  // of the dial, and then of the close
  Timer watch_timer_;
};

}  // namespace archipelago::net
