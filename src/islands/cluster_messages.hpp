// What cores hear and say among processes of ours, as values and bytes (proto/archipelago/
// cluster.proto); heartbeats are in heartbeat_batch.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"

namespace archipelago::islands {

inline constexpr std::size_t kMaxStatusBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxGone = 32'768;

/// A session that ended.
struct GoneSession {
  Address player;
  std::uint64_t login = 0;
};

struct GatewayStatus {
  std::string gateway{};  ///< is_island_id()
  std::vector<GoneSession> gone{};
};

/// cluster.gateway.<id>. Errors: malformed_packet, invalid_utf8, message_too_big (also of too many
/// sessions), bad_request (no usable id), bad_address (of a session).
[[nodiscard]] Result<GatewayStatus> read_gateway_status(std::string_view bytes);

/// cluster.login.<address>.
[[nodiscard]] std::string login_message(std::uint64_t login, std::string_view gateway);

/// cluster.core.
[[nodiscard]] std::string core_status_message(std::string_view core, std::uint64_t epoch,
                                              std::size_t players, std::size_t islands);

/// What matters to cores of an IslandChangedMessage; its peers are passed over unread.
struct IslandChangedHead {
  std::string_view island{};             ///< is_island_id()
  std::string_view connection_string{};  ///< anything
};
/// Errors: malformed_packet, message_too_big, bad_request (no usable id). O(fields).
[[nodiscard]] Result<IslandChangedHead> read_island_changed(std::string_view bytes);

}  // namespace archipelago::islands
