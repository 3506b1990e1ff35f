#include "realm/room_host.hpp"

#include <utility>

#include "realm/mailboxes.hpp"
#include "realm/statistics.hpp"
#include "realm/wiring.hpp"

namespace archipelago::realm {
namespace {

rooms::Doorkeeper doorkeeper(RoomHost::Parts const& parts, std::optional<rooms::Fence>& fence) {
  if (!parts.id.empty()) fence.emplace(parts.bus, parts.loop, parts.metrics);
  return {parts.verifier, parts.random, parts.key, fence ? &*fence : nullptr};
}

}  // namespace

RoomHost::RoomHost(Config const& config, Parts const& parts)
    : config_(config),
      loop_(parts.loop),
      mailboxes_(parts.mailboxes),
      rooms_(loops(parts.shards), doorkeeper(parts, fence_), rooms_options(config), parts.metrics),
      extras_(rooms_, loops(parts.shards), extras_options(config), parts.metrics) {
  if (parts.id.empty()) return;
  rooms_.follow_hosts(parts.bus, parts.loop, parts.id);
  rooms::HostIdentity identity{.id = parts.id};
  identity.capacity = static_cast<std::uint32_t>(config.backends.room_players);
  status_.emplace(parts.loop, parts.bus, rooms_, std::move(identity));
}

void RoomHost::register_endpoints(net::Router& router) {
  register_rooms_status(router, rooms_, loop_, config_.realm);
  rooms_.register_endpoint(router);
  rooms_.follow_logins(mailboxes_);
}

void RoomHost::start(std::string url) {
  if (status_) status_->start(std::move(url));
}

void RoomHost::drain(Task empty) {
  if (!status_) return;
  loop_.post([this, empty = std::move(empty)] { status_->drain(empty); });
}

}  // namespace archipelago::realm
