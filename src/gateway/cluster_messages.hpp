// What the processes of one realm tell one another (proto/archipelago/cluster.proto), read and
// checked: nothing from the bus is believed before.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "bus/bus.hpp"

namespace archipelago::gateway {

/// Which of two sessions of one player stays: the one with the greater stamp.
struct LoginStamp {
  std::uint64_t number = 0;  ///< milliseconds since 1970, or a little more
  std::string gateway;       ///< breaks ties

  friend auto operator<=>(LoginStamp const&, LoginStamp const&) = default;
};

struct LoginNews {
  Address player;
  LoginStamp stamp;
};

struct GatewayNews {
  std::string id;
  std::size_t sessions = 0;
};

struct CoreNews {
  std::uint64_t epoch = 0;
  std::size_t players = 0;
  std::size_t islands = 0;
};

// All fail with `malformed_packet`, `invalid_utf8`, `message_too_big`, or `bad_address` where the
// subject must name a player.

[[nodiscard]] Result<LoginNews> read_login(bus::Message const& message);
/// The id is the one that the subject names.
[[nodiscard]] Result<GatewayNews> read_gateway_status(bus::Message const& message);
[[nodiscard]] Result<CoreNews> read_core_status(bus::Message const& message);
/// How many players a known core counts: `engine.discovery` and `service.discovery`. Those of other
/// services are `malformed_packet` as well.
[[nodiscard]] Result<std::size_t> read_discovery(bus::Message const& message);

[[nodiscard]] std::string login_message(LoginStamp const& stamp);

/// Whether a login stamp or an epoch may have been made by a sane clock: not 0, and no more than
/// kMostAhead in the future.
[[nodiscard]] bool plausible(std::uint64_t number, WallTime now);

/// Whether `id` may be a process's: see Cluster::id.
[[nodiscard]] bool is_process_id(std::string_view id);

}  // namespace archipelago::gateway
