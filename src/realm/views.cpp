#include "realm/views.hpp"

#include <utility>

#include "realm/content_server.hpp"
#include "realm/statistics.hpp"

namespace archipelago::realm {

Views::Views(Config const& config, Parts parts)
    : explainer_(parts.explainer),
      metrics_(parts.metrics),
      has_station_(parts.station),
      told_(std::move(parts.snapshots),
            islands::parse_privacy(config.statistics.privacy).value()),  // checked when it was read
      scenes_(
          config.realm.content_url,
          ask_content_server(config.realm.content_url, asking_.get_token()), scene_pool_,
          [this] { return told_.newest(); }, metrics_),
      scene_pool_(1, 1),
      station_(config, {.shards = std::move(parts.shards),
                        .snapshots = [this] { return told_.newest(); },
                        .quality = std::move(parts.quality),
                        .lags = std::move(parts.lags),
                        .listening = std::move(parts.listening),
                        .metrics = metrics_}) {}

void Views::register_endpoints(net::Router& router) {
  if (has_station_) station_.register_endpoints(router);
  register_statistics(router, [this] { return told_.newest(); }, explainer_, metrics_);
  scenes_.register_endpoint(router);
}

}  // namespace archipelago::realm
