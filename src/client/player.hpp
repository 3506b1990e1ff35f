// A player of a realm as `check` plays it: where it stands goes out, which island it is on comes
// in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archipelago/client/realm.hpp"
#include "base/result.hpp"
#include "client/deadline.hpp"
#include "net/ws_client.hpp"

namespace archipelago::client {

/// The bytes of an IslandChangedMessage. Errors: malformed_packet, invalid_utf8; malformed_packet
/// too when it names no island.
Result<IslandChange> parse_island_change(std::string_view bytes);

/// Logged in when it exists. One thread; calls block up to their deadline.
class BlockingPlayer {
 public:
  virtual ~BlockingPlayer() = default;

  [[nodiscard]] virtual Result<> heartbeat(Position const& at, Deadline deadline) = 0;
  /// Nothing when no change came in time.
  [[nodiscard]] virtual Result<std::optional<IslandChange>> next_change(Deadline deadline) = 0;
  /// Waits until the realm ends this session because of a second login; says what it saw.
  [[nodiscard]] virtual Result<std::string> wait_for_kick(Deadline deadline) = 0;
  /// Closes with a close frame.
  virtual void leave() = 0;
};

/// An error of a socket with the server's own words: the code and text of its close frame.
Error explain(Error error, net::WsClient const& socket);

}  // namespace archipelago::client
