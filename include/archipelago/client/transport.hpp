// A room that relays messages between its members, whatever it is made of.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "archipelago/client/ending.hpp"
#include "archipelago/client/identity.hpp"
#include "archipelago/client/network.hpp"
#include "base/result.hpp"

namespace archipelago::client {

enum class Delivery : std::uint8_t {
  reliable,    ///< arrives, in order, as long as the connection lives
  unreliable,  ///< the first to be dropped where somebody is slow
};

/// From another member. Views are valid during the call. `body` is whatever the peer sent.
struct Message {
  std::string_view from{};  ///< address, lower case
  std::string_view body{};
  Delivery delivery{};
};

/// What a transport tells, on its loop, never within a call of its owner's.
class TransportListener {
 public:
  virtual ~TransportListener() = default;

  virtual void on_open() = 0;
  /// For everyone there when it opened, right after on_open(), and for everyone who comes. One
  /// address is told of once, however many connections it has.
  virtual void on_peer_joined(std::string_view address) = 0;
  virtual void on_peer_left(std::string_view address) = 0;
  virtual void on_message(Message const& message) = 0;
  /// The last call: also when it never opened. Peers are not told of one by one. Not after leave().
  virtual void on_closed(Ending const& why) = 0;
};

/// One room, once: connect(), then leave() or an end by itself. One loop. Within a call to the
/// listener anything may be called here, the destructor too; after the end leave() does nothing.
class Transport {
 public:
  virtual ~Transport() = default;  ///< as leave()

  /// Once. The listener outlives this, or is told nothing any more from leave() on.
  virtual void connect(TransportListener& listener) = 0;

  /// To every other member. False when it will not be sent: the room is not open, the message is
  /// larger than it takes (128 KiB), or unreliable and the server is slow. Never blocks: what a
  /// slow server does not take waits, at most 1 MiB, then the transport ends with `slow_consumer`;
  /// unreliable messages are dropped long before.
  virtual bool send(std::string_view body, Delivery delivery) = 0;

  /// Sends what waits, then closes. No further call to the listener.
  virtual void leave() = 0;
};

class TransportTable;

/// Where a connection string leads, and who goes there.
struct TransportOrder {
  /// As wire/connection_string.hpp resolves it; what follows the colon where that is no URL.
  std::string url{};
  std::string access_token{};  ///< or ""
  Identity identity;
  Millis limit{10'000};                        ///< for connecting and proving who one is
  TransportTable const* transports = nullptr;  ///< the asked one, for what leads on to another
};

/// Makes transports by the word before the colon of a connection string.
class TransportTable {
 public:
  using Maker = std::function<Result<std::unique_ptr<Transport>>(Network const& network,
                                                                 TransportOrder order)>;

  /// `ws-room`, `signed-login`, `simulator` and `offline`. LiveKit takes a WebRTC engine that
  /// Debian does not have: `livekit` ends as `unsupported`, until add() brings one.
  static TransportTable const& standard();

  /// Adds or replaces. The table outlives its transports. `protocol`: livekit, ws-room,
  /// signed-login, offline, simulator, archipelago.
  void add(std::string protocol, Maker maker);

  /// `connection`: a connection string with or without `fixed-adapter:` and the like around it; at
  /// most 8 KiB. Errors: bad_request (no connection string), unsupported (naming what is not in
  /// this table), the maker's. Never quotes the string: tokens stay out of logs.
  [[nodiscard]] Result<std::unique_ptr<Transport>> make(Network const& network,
                                                        std::string_view connection,
                                                        Identity identity, Millis limit) const;

 private:
  std::map<std::string, Maker, std::less<>> makers_;
};

}  // namespace archipelago::client
