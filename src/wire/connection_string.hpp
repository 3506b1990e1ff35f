// Connection strings, `<protocol>:<parameters>` (WIRE 8): what a player is told, and what a client
// makes of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace archipelago::wire {

/// The longest one read; a LiveKit token takes about 700 bytes.
inline constexpr std::size_t kMaxConnectionString = 8192;

struct ConnectionString {
  std::string protocol;    ///< a letter, then letters, digits and '-'
  std::string parameters;  ///< everything after the first colon, as it stands

  bool operator==(ConnectionString const&) const = default;
};

/// Splits at the first colon. A bare `offline` has no parameters. Error: bad_request with a
/// sentence saying what is wrong (it does not quote the text: tokens stay out of logs).
[[nodiscard]] Result<ConnectionString> parse_connection_string(std::string_view text);
[[nodiscard]] std::string to_string(ConnectionString const& connection);

/// What it says up to its '?', without what is secret, as a number that is never 0 (FNV-1a): where
/// two lead to the same place, they have the same one.
[[nodiscard]] constexpr std::uint32_t way_of(std::string_view connection) noexcept {
  std::uint32_t hash = 2'166'136'261U;
  for (char const c : connection.substr(0, connection.find('?')))
    hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash == 0 ? 1 : hash;
}

enum class Backend : std::uint8_t {
  livekit,
  ws_room,
  signed_login,
  offline,
  simulator,
  archipelago
};

/// A connection string made ready to connect to.
struct Endpoint {
  Backend backend{};
  std::string url;  ///< livekit: without its query; offline, simulator: what followed the colon
  std::string access_token;  ///< percent-decoded; livekit always has one, ws_room may (it stays in
                             ///< the url as well)

  bool operator==(Endpoint const&) const = default;
};

/// Follows `fixed-adapter:` and the outer `archipelago:` to the connection string inside (at most 4
/// deep), gives a ws-room without scheme its `wss://`, and checks that the url has a fitting scheme
/// and a host. Errors: bad_request, unsupported (no protocol of Backend's).
[[nodiscard]] Result<Endpoint> resolve_connection_string(std::string_view text);

/// What is always written for "no communications".
inline constexpr std::string_view kOffline = "offline:offline";

/// `ws-room:<url>?access_token=<token>`; no query with an empty token. `url` is ws:// or wss://
/// without query.
[[nodiscard]] std::string ws_room_string(std::string_view url, std::string_view token);
/// `livekit:<host>?access_token=<token>`, the host as configured, no slash added (WIRE 8.1).
[[nodiscard]] std::string livekit_string(std::string_view host, std::string_view token);
[[nodiscard]] std::string signed_login_string(std::string_view url);
/// `archipelago:archipelago:<ws url>`, as /about's comms.adapter has it.
[[nodiscard]] std::string archipelago_adapter(std::string_view url);
[[nodiscard]] std::string fixed_adapter(std::string_view connection);

}  // namespace archipelago::wire
