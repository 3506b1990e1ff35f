// The two steps of a login that both protocols take alike: the claim, and a refusal.
#pragma once

#include <string>
#include <string_view>

#include "auth/handshake.hpp"
#include "base/result.hpp"
#include "gateway/shard.hpp"
#include "net/websocket.hpp"

namespace archipelago::gateway {

struct Challenge {
  std::string text;
  bool already_connected = false;
};

/// Notes who wants to log in and says what to sign. Errors: as Handshake::claim(); as
/// Directory::check(), before any signature is looked at.
[[nodiscard]] Result<Challenge> claim(Shard const& shard, auth::Handshake& handshake,
                                      std::string_view address, Instant now);

/// Logs the refusal with its detail and closes the connection, which counts it (DESIGN rule 2).
void refuse_login(net::Connection& connection, Error const& error, std::string_view protocol);

}  // namespace archipelago::gateway
