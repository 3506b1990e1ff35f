// From the configuration to the feed.
#include "realm/station.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "islands/privacy.hpp"
#include "realm/about.hpp"
#include "realm/operations.hpp"
#include "realm/wiring.hpp"

namespace archipelago::realm {
namespace {

Millis latest(std::vector<NamedLag> const& lags, Instant now) {
  Millis most{0};
  for (auto const& [name, lag] : lags) most = std::max(most, lag->behind(now));
  return most;
}

/// `https://host:1/path` -> `https://host:1`; "" for what is no URL.
std::string origin_of(std::string_view url) {
  auto const scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return std::string(url.substr(0, url.find_first_of("/?#;, ", scheme + 3)));
}

/// The first URL in a connection string: `ws-room:wss://host/…`.
std::string_view url_of(std::string_view connection) {
  auto const at = connection.find("://");
  auto const colon = connection.substr(0, at).rfind(':');
  return colon == std::string_view::npos ? connection : connection.substr(colon + 1);
}

station::Page::Connects connects(Config const& config, std::function<std::string()> listening) {
  return [&config, listening = std::move(listening)](net::HttpRequest const& request) {
    auto const own = listening();
    auto const rooms = config.http.public_url.empty() ? own : config.http.public_url;
    return page_connects(config, base_url(config.http, request, own), rooms);
  };
}

station::FeedParts feed_parts(Config const& config, Station::Parts const& parts, Loop& loop) {
  return {.loop = loop,
          .shards = parts.shards,
          .snapshots = parts.snapshots,
          .quality = parts.quality,
          .lag = [lags = parts.lags, &loop] { return latest(lags(), loop.now()); },
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
      feed_(feed_parts(config, parts, loop_), feed_options(config)),
      page_(has_page(config) ? station::built_in_page() : std::span<station::Asset const>(),
            connects(config, std::move(parts.listening))) {}

void Station::register_endpoints(net::Router& router) {
  page_.register_endpoints(router, description(config_));
  if (config_.station.enabled) feed_.register_endpoint(router);
}

void Station::stop() {
  loop_.stop();
  loop_.join();
}

bool has_page(Config const& config) {
  return config.station.enabled && !station::built_in_page().empty();
}

std::string page_connects(Config const& config, std::string const& base, std::string const& rooms) {
  auto const host = origin_of(base).substr(base.find("://") + 3);
  std::string sources = "ws://" + host + " wss://" + host;
  for (auto const& url : {websocket_url(rooms), std::string(url_of(config.comms.adapter))}) {
    auto const origin = origin_of(url);
    if (!origin.empty() && sources.find(origin) == std::string::npos) sources += " " + origin;
  }
  return sources;
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
