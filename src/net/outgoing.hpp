// Connections that we open: websockets and HTTP requests, without waiting for any. No Asio here;
// asio_outgoing.hpp makes the real thing, tests use fake_outgoing.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "net/http_client.hpp"
#include "net/websocket.hpp"

namespace archipelago::net {

/// Where a websocket leads and how long that may take.
struct WebsocketDial {
  std::string url;                        ///< ws:// or wss://
  std::vector<std::string> subprotocols;  ///< offered in this order
  /// For everything from the name to logged_in(); then on_closed(handshake_timeout).
  Millis limit{10'000};
  std::size_t max_message_bytes = 256UL * 1024;  ///< larger ones close with `message_too_big`
};

/// How it ended, for Protocol::on_closed().
struct WebsocketEnd {
  /// The server's close code; 1005: its close frame had none; 1006: it ended without a close frame;
  /// 0: we ended it, or it never opened.
  std::uint16_t close_code = 0;
  int http_status = 0;  ///< of an upgrade that was refused; else 0
  std::string text;     ///< of the close frame (any bytes of UTF-8), or what went wrong
};

/// A websocket that we opened. Until on_open() send() does nothing.
/// on_closed() says: upstream_failed (it never opened), handshake_timeout, peer_gone (the server
/// ended it), idle_timeout (nothing came, not even an answer to a ping), slow_consumer (the server
/// reads too slowly), message_too_big, text_frame, malformed_packet, or the reason of our close().
class OutgoingWebsocket : public Connection {
 public:
  /// Whole from on_closed() on.
  [[nodiscard]] virtual WebsocketEnd const& end() const = 0;
};

/// Where outgoing connections come from. Belongs to one loop and is used on its thread only.
class Outgoing {
 public:
  virtual ~Outgoing() = default;

  [[nodiscard]] virtual Loop& loop() = 0;

  /// Starts connecting. The connection keeps `protocol` until on_closed(), which is called once in
  /// any case, on_open() before it if it opened; neither within a call of ours. A URL that cannot
  /// be used is upstream_failed as well.
  virtual std::shared_ptr<OutgoingWebsocket> open(WebsocketDial dial,
                                                  std::shared_ptr<Protocol> protocol) = 0;

  /// As net::fetch(), but calls `done` later, not within this call. Never called once the Outgoing
  /// has gone.
  virtual void fetch(HttpFetch request, std::function<void(Result<HttpResponse>)> done) = 0;
};

}  // namespace archipelago::net
