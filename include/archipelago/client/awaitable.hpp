// The same player for coroutines on Asio: `co_await player.login()`, `co_await player.next()`.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "archipelago/client/player.hpp"

namespace archipelago::client {

struct Joined {
  std::string address{};
};
struct Left {
  std::string address{};
};
struct Received {
  std::string from{};
  std::string body{};
  Delivery delivery{};
};
using Event = std::variant<Status, IslandChange, RoomStatus, Joined, Left, Received>;

/// A Player whose events wait in a queue until they are asked for. On the io_context of the
/// Network given, one coroutine at a time.
class AwaitablePlayer {
 public:
  /// `queue`: events that may wait. More than that, and unreliable messages are dropped first, then
  /// the newest of all; dropped() counts both.
  AwaitablePlayer(boost::asio::io_context& io, Network const& network, Identity identity,
                  PlayerOptions options, std::size_t queue = 1024);
  ~AwaitablePlayer();  ///< no coroutine may be waiting in it

  /// Starts, and returns when online. Errors: the reason that ended it for good.
  boost::asio::awaitable<Result<>> login();

  /// The next event, in order; nothing after the last, which is the Status `ended`.
  boost::asio::awaitable<std::optional<Event>> next();

  [[nodiscard]] Player& player();
  [[nodiscard]] std::size_t dropped() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace archipelago::client
