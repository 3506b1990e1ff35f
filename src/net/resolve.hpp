// Names to addresses, with a time limit that holds.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"

namespace archipelago::net {

/// The system's resolver on a thread of its own, because getaddrinfo() keeps no time limit. At most
/// 16 look-ups are under way at a time, abandoned ones included. Errors: upstream_failed. Any
/// thread; blocks until the deadline or `stop`.
Result<std::vector<IpAddress>> resolve(std::string const& host,
                                       std::chrono::steady_clock::time_point deadline,
                                       std::stop_token const& stop = {});

}  // namespace archipelago::net
