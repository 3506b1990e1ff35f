// How a failed login is reported: little to the client, all to the log.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "net/websocket.hpp"

namespace archipelago::gateway {

/// Logs the refusal with its detail and closes the connection, which counts it (DESIGN rule 2).
void refuse_login(net::Connection& connection, Error const& error, std::string_view protocol);

}  // namespace archipelago::gateway
