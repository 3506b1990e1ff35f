// A websocket as the protocols above see it: no Asio, no Beast, no threads to think of.
// The gateway, the rooms and their tests know only this header; net::WebsocketSession implements
// Connection, tests use net/fake_connection.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/errc.hpp"
#include "base/loop.hpp"

namespace archipelago::net {

enum class Delivery : std::uint8_t {
  reliable,    ///< kept until sent; a reader too slow for it is closed (`slow_consumer`)
  unreliable,  ///< dropped first when the reader is slow (DESIGN rule 6)
};

/// One open websocket. Everything here belongs to the connection's loop.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Queues one binary message; never blocks, never calls back. Order is kept. False: it will not
  /// be sent, because the reader is slow (an unreliable one; counted) or the connection closes.
  virtual bool send(SharedBytes message, Delivery delivery = Delivery::reliable) = 0;

  /// Sends what is queued, then a close frame with the reason's code and `text` (default:
  /// public_text), and cuts the socket if the peer does not answer in time. The first call
  /// counts `why` in the metrics; later ones do nothing. on_closed() follows, not from within this
  /// call.
  virtual void close(Errc why, std::string_view text = {}) = 0;

  /// The protocol has proved who the player is: stops the handshake deadline and frees the
  /// admission budget.
  virtual void logged_in() = 0;

  /// Address of the client (the last hop that is not a trusted proxy), for limits and logs.
  [[nodiscard]] virtual std::string const& remote() const = 0;

  [[nodiscard]] virtual Loop& loop() = 0;
};

/// What is spoken on a websocket. Made per connection, called on its loop, one call at a time.
class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual void on_open() {}
  /// One whole binary message (text frames are closed below: `text_frame`). `bytes` is valid during
  /// the call only.
  virtual void on_message(std::string_view bytes) = 0;
  /// The last call, always made once: the connection must not be used any more.
  virtual void on_closed(Errc why) = 0;
};

}  // namespace archipelago::net
