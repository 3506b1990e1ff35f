// From the configuration to the feed.
#include "realm/station.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "islands/privacy.hpp"

namespace archipelago::realm {
namespace {

Millis latest(std::vector<NamedLag> const& lags, Instant now) {
  Millis most{0};
  for (auto const& [name, lag] : lags) most = std::max(most, lag->behind(now));
  return most;
}

station::FeedParts feed_parts(Config const& config, Station::Parts parts, Loop& loop) {
  return {.loop = loop,
          .shards = std::move(parts.shards),
          .snapshots = std::move(parts.snapshots),
          .quality = std::move(parts.quality),
          .lag = [lags = std::move(parts.lags), &loop] { return latest(lags(), loop.now()); },
          .realm = feed_realm(config),
          .metrics = parts.metrics};
}

station::FeedOptions feed_options(Config const& config) {
  std::string exempt;
  for (auto const& block : config.limits.exempt) exempt += block + " ";
  station::FeedOptions options;
  options.viewers = {.total = static_cast<std::size_t>(config.station.viewers),
                     .per_address = static_cast<std::size_t>(config.station.viewers_per_address)};
  options.unlimited = net::AddressBlocks::parse(exempt).value();  // checked when it was read
  return options;
}

}  // namespace

Station::Station(Config const& config, Parts parts)
    : config_(config),
      loop_(parts.shards.size() + 1),
      feed_(feed_parts(config, std::move(parts), loop_), feed_options(config)) {}

void Station::register_endpoints(net::Router& router) {
  if (config_.station.enabled) feed_.register_endpoint(router);
}

void Station::stop() {
  loop_.stop();
  loop_.join();
}

station::Realm feed_realm(Config const& config) {
  static_assert(static_cast<int>(islands::Privacy::parcel) == station::PARCEL &&
                static_cast<int>(islands::Privacy::none) == station::NONE);
  auto const privacy = islands::parse_privacy(config.statistics.privacy).value();
  auto const& islands = config.islands;
  station::Realm realm;
  realm.set_name(config.realm.name);
  realm.set_version(config.realm.version);
  realm.set_privacy(static_cast<station::Privacy>(privacy));
  realm.set_flush_ms(static_cast<std::uint32_t>(islands.flush_seconds * 1'000));
  realm.set_join_m(static_cast<float>(islands.join_distance));
  realm.set_leave_m(static_cast<float>(islands.leave_distance));
  realm.set_max_players(static_cast<std::uint32_t>(islands.max_peers));
  realm.set_policy(islands.policy);
  return realm;
}

}  // namespace archipelago::realm
