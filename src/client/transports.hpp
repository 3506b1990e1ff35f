// The transports of TransportTable::standard().
#pragma once

#include <memory>

#include "archipelago/client/transport.hpp"

namespace archipelago::client {

/// RFC-5 over a websocket (WIRE 7). Hostile servers: packets above 256 KiB, more than 4096 members
/// and whatever is out of order end it; members whose address is none are not heard.
Result<std::unique_ptr<Transport>> make_ws_room(Network const& network, TransportOrder order);

/// Signs a request (WIRE 8.2), then goes where the answer leads, which may be anything in the
/// table but another signed-login. Ends with the server's words when it refuses: `bad_signature`,
/// `banned`, `rate_limited`, `upstream_failed`, or `bad_request` for any other status.
Result<std::unique_ptr<Transport>> make_signed_login(Network const& network, TransportOrder order);

/// Made-up people who walk and chat (extras/company.hpp), inside the client:
/// `simulator:<people>[/<seed>]`, 10 people without a number.
Result<std::unique_ptr<Transport>> make_simulator(Network const& network,
                                                  TransportOrder const& order);

/// Nobody is ever there; what is sent goes nowhere.
Result<std::unique_ptr<Transport>> make_offline(Network const& network,
                                                TransportOrder const& order);

}  // namespace archipelago::client
