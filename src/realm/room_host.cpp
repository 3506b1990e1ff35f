#include "realm/room_host.hpp"

#include "realm/mailboxes.hpp"
#include "realm/statistics.hpp"
#include "realm/wiring.hpp"

namespace archipelago::realm {

RoomHost::RoomHost(Config const& config, Parts const& parts)
    : config_(config),
      mailboxes_(parts.mailboxes),
      rooms_(loops(parts.shards), rooms::Doorkeeper{parts.verifier, parts.random, parts.key},
             rooms_options(config), parts.metrics),
      extras_(rooms_, loops(parts.shards), extras_options(config), parts.metrics) {}

void RoomHost::register_endpoints(net::Router& router, Loop const& clock) {
  register_rooms_status(router, rooms_, clock, config_.realm);
  rooms_.register_endpoint(router);
  rooms_.follow_logins(mailboxes_);
}

}  // namespace archipelago::realm
