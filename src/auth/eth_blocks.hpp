// Which Ethereum block was the last one before a point in time (AUTHCHAIN 5).
#pragma once

#include <cstdint>
#include <string>

#include "auth/eth_rpc.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

/// A number as JSON-RPC writes it: 0x and hexadecimal digits without leading zeros.
std::string quantity(std::uint64_t number);

/// Number of the last block whose time is before `time`; the latest one when `time` is past it (as
/// at every login: there is nothing to search then), 1 when `time` is before all.
/// Interpolates, then halves: two or three calls in practice, 11 and one for each halving of the
/// chain's length at most.
/// Errors: those of `rpc`; upstream_failed when an answer makes no sense.
Result<std::uint64_t> last_block_before(BoundedRpc& rpc, WallTime time);

}  // namespace archipelago::auth
