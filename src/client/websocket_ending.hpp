// Why a websocket of ours ended.
#pragma once

#include "archipelago/client/ending.hpp"
#include "net/outgoing.hpp"

namespace archipelago::client {

/// To be asked in Protocol::on_closed(why).
Ending ending_of(net::OutgoingWebsocket const& socket, Errc why);

}  // namespace archipelago::client
