// What a realm says of itself at GET /about (WIRE 9), as a client understands it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace archipelago::client {

struct AboutInfo {
  bool healthy = false;
  bool accepting_users = true;  ///< realms that do not say accept
  std::string realm_name;       ///< "" when it has none
  std::string protocol;         ///< of communications: "v3" is the one spoken here
  std::optional<std::int64_t> users;
  std::optional<std::string> bff;            ///< its public URL or path, when it is healthy
  std::optional<std::string> adapter;        ///< comms.adapter
  std::optional<std::string> fixed_adapter;  ///< comms.fixedAdapter
};

/// Strict about the keys it knows, indifferent to others. Error: upstream_failed; the detail names
/// the key, or says where the JSON ends to be JSON.
Result<AboutInfo> parse_about(std::string_view json);

/// How a player gets in.
struct Entrances {
  std::optional<std::string> bff;     ///< ws URL of dcl-rpc
  std::optional<std::string> direct;  ///< ws URL of the direct protocol
  /// The one connection string of a realm without islands.
  std::optional<std::string> fixed;
};

/// `realm`: http(s) URL without a slash at its end. A BFF's URL may be relative to it (WIRE 3.6).
/// Error: upstream_failed when an adapter cannot be understood.
Result<Entrances> entrances(AboutInfo const& about, std::string_view realm);

/// `http://host:port/` -> `http://host:port`. Error: bad_request.
Result<std::string> realm_url(std::string_view text);

}  // namespace archipelago::client
