// Outgoing connections on somebody's io_context.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.hpp"
#include "net/outgoing.hpp"

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): the name is Asio's
}

namespace archipelago::net {

class Shard;

struct OutgoingOptions {
  std::string ca_file{};  ///< PEM of authorities to trust; empty: the system's
  Millis ping_after{
      15'000};               ///< silence of a server until it is asked for a sign of life; 0: never
  Millis cut_after{30'000};  ///< silence that ends a websocket with `idle_timeout`; 0: never
  Millis close_wait{3'000};  ///< for the server's answer to our close frame
  /// An address of this machine that connections to servers of its family come from; none: the
  /// system's choice.
  std::optional<IpAddress> source{};
};

/// `io` is run by one thread, the loop's, and outlives what is made here; it need not run yet. When
/// the Outgoing goes, its websockets live on until they are closed. Cost: no thread (Asio keeps one
/// for looking up names), a few KiB a websocket.
std::unique_ptr<Outgoing> make_outgoing(boost::asio::io_context& io, OutgoingOptions options = {});
/// On a shard's thread, on a loop of its own there; may be made before it starts.
std::unique_ptr<Outgoing> make_outgoing(Shard& shard, OutgoingOptions options = {});

}  // namespace archipelago::net
