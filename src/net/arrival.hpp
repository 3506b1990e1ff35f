// A connection on its way to a shard: just accepted, or moving home with its upgrade request.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/http_message.hpp"
#include "net/server_core.hpp"

namespace archipelago::net {

/// What makes up a connection between two shards: whatever is left of it is closed with this.
struct Arrival {
  int descriptor = -1;
  bool v6 = false;
  IpAddress peer;
  Instant began;  ///< accepted, or the moving request's first byte
  std::unique_ptr<Place> place;
  std::string unread;               ///< bytes that came after the request
  std::optional<RawRequest> moved;  ///< the upgrade on whose account it moves

  Arrival() = default;
  Arrival(Arrival&&) noexcept;
  Arrival& operator=(Arrival&&) = delete;
  ~Arrival();
};

/// Starts a connection on `shard`. Any thread.
void start_session(std::shared_ptr<ServerCore> core, Shard& shard, Arrival arrival);

/// The socket of an arrival, which now belongs to `shard`. Throws when the system has no room for
/// it: the descriptor is still the arrival's then.
Socket take_socket(Shard& shard, Arrival& arrival);

}  // namespace archipelago::net
