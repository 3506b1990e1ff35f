// The transports of TransportTable::standard().
#pragma once

#include <memory>

#include "archipelago/client/transport.hpp"

namespace archipelago::client {

/// RFC-5 over a websocket (WIRE 7). Hostile servers: packets above 256 KiB, more than 4096 members
/// and whatever is out of order end it; members whose address is none are not heard.
Result<std::unique_ptr<Transport>> make_ws_room(Network const& network, TransportOrder order);

/// Nobody is ever there; what is sent goes nowhere.
Result<std::unique_ptr<Transport>> make_offline(Network const& network,
                                                TransportOrder const& order);

}  // namespace archipelago::client
