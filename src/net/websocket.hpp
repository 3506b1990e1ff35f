// A websocket as the protocols above see it: no Asio, no Beast, no threads to think of.
// The gateway, the rooms and their tests know only this header; net::WebsocketSession implements
// Connection, tests use net/fake_connection.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/errc.hpp"
#include "base/loop.hpp"
#include "net/frame_batch.hpp"

namespace archipelago::net {

enum class Delivery : std::uint8_t {
  reliable,    ///< kept until sent; a reader too slow for it is closed (`slow_consumer`)
  unreliable,  ///< dropped first when the reader is slow (DESIGN rule 6)
};

/// When a batch leaves.
enum class Leave : std::uint8_t {
  now,      ///< within the call, as far as the socket takes it
  at_turn,  ///< with what else this turn of the loop sends
};

/// What became of a batch for one connection. The rest of its frames was dropped, as send() says.
struct BatchSent {
  std::size_t frames = 0;
  std::size_t bytes = 0;    ///< of payload
  std::size_t dropped = 0;  ///< unreliable ones

  void count(FrameBatch::Frame const& frame, bool kept) {
    frames += kept ? 1 : 0;
    bytes += kept ? frame.size() : 0;
    dropped += !kept && frame.unreliable ? 1 : 0;
  }
};

/// One open websocket. Everything here belongs to the connection's loop.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Queues one binary message; never blocks, never calls back. Order is kept. False: it will not
  /// be sent, because the reader is slow (an unreliable one; counted) or the connection closes.
  virtual bool send(SharedBytes message, Delivery delivery = Delivery::reliable) = 0;

  /// Sends the frames of a batch, except one author's own, as if by one send() for each; which is
  /// what this does. The server's: one system call and no allocation for a reader that keeps up.
  /// The batch may change afterwards.
  virtual BatchSent send_batch(FrameBatch const& batch, FrameBatch::Own const& author,
                               Leave /*leave*/) {
    BatchSent sent;
    batch.for_others(author, [&](FrameBatch::Frame const& frame) {
      bool const unreliable = frame.unreliable;
      auto message = share(std::string(batch.payload(frame)));
      sent.count(frame,
                 send(std::move(message), unreliable ? Delivery::unreliable : Delivery::reliable));
    });
    return sent;
  }

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
