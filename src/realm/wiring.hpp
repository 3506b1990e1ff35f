// From the operator's configuration to what each room of the house is told.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "auth/room_token.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "bus/bus.hpp"
#include "bus/nats_lease.hpp"
#include "bus/nats_options.hpp"
#include "gateway/options.hpp"
#include "islands/options.hpp"
#include "net/server.hpp"
#include "realm/config.hpp"
#include "rooms/extras.hpp"
#include "rooms/options.hpp"
#include "sim/policy.hpp"

namespace archipelago::realm {

/// Threads for connections: as configured, else one for each core, at most 16; one with TLS.
std::size_t shard_count(Config::Http const& http);

/// With this build's version where none is configured.
Config completed(Config config);

/// The clock of the islands' stopwatch.
std::chrono::microseconds steady_micros();

// `id`: of this process in its realm; "": it is all of it.
gateway::Options gateway_options(Config const& config, std::string const& id);
bus::NatsOptions nats_options(Config const& config, std::string const& id);
bus::LeaseOptions lease_options(Config const& config, std::string const& id);
islands::Options island_options(Config const& config);
/// All but the ids, which every start makes anew.
sim::Settings engine_settings(Config const& config);
/// Of a shard's mailbox; the islands' holds more messages where there are more players.
bus::Capacity mailbox_capacity(Config const& config);
rooms::Options rooms_options(Config const& config);
/// As configured, else a new one.
auth::RoomKey room_key(Config const& config, Random& random);
rooms::ExtrasOptions extras_options(Config const& config);
net::ServerOptions server_options(Config const& config);

/// The islands are alive while their last flush is no older than this.
Millis core_patience(Config const& config);

/// Path of the public URL, without a slash at its end: what a proxy may have cut off; "" mostly.
std::string public_path(Config::Http const& http);

/// What clients can connect to when the server listens at `url`: a wildcard address becomes the
/// loopback one.
std::string reachable(std::string const& url);

}  // namespace archipelago::realm
