// What a core knows of players and gateways.
#include "islands/registry.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace archipelago::islands {

void Registry::look(Instant now, std::optional<Millis> connected_for, Millis longest) {
  bool const slept = looked_ && now - *looked_ > longest;
  looked_ = now;
  if (slept || !connected_for) attentive_since_ = now;
  if (connected_for && *connected_for < attentive_for(now)) attentive_since_ = now - *connected_for;
}

SessionAge Registry::compare(Players::Record const& known, std::uint64_t login,
                             Gateways::Number gateway) const {
  if (known.login == 0) return SessionAge::same;  // heard of it, but never from its gateway
  if (login != known.login) return login > known.login ? SessionAge::newer : SessionAge::older;
  auto const had = gateways.name(known.gateway), has = gateways.name(gateway);
  if (had == has || had.empty() || has.empty()) return SessionAge::same;
  return has > had ? SessionAge::newer : SessionAge::older;
}

void Registry::hear(GatewayStatus const& status, Instant now, Left const& left) {
  auto const gateway = gateways.hear(status.gateway, now);
  for (auto const& gone : status.gone) {
    auto const* const known = players.find(gone.player);
    if (known == nullptr || known->login == 0 || known->login > gone.login) continue;
    if (known->login == gone.login && known->gateway != gateway) continue;
    players.remove(gone.player);
    left(gone.player);
  }
}

void Registry::lose_gateways(Instant now, Metrics& metrics, Left const& left) {
  if (attentive_for(now) >= kGatewayPatience)
    gateways.expire(now - kGatewayPatience, [&](Gateways::Number number, std::string_view id) {
      auto const gone = players.remove_if(
          [number](Players::Record const& player) { return player.gateway == number; }, left);
      metrics.add(Metric::cluster_gateways_lost);
      log::warn("islands", "gateway lost", {{"gateway", id}, {"players", gone}});
    });
  metrics.set(Metric::cluster_gateways, static_cast<std::int64_t>(gateways.size()));
}

void Registry::expire(Instant now, Millis patience, Left const& left) {
  if (attentive_for(now) >= patience) players.expire(now - patience, left);
}

}  // namespace archipelago::islands
