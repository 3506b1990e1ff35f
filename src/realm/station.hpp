// The station of this realm: what its feed is told, and the thread on which it is made.
#pragma once

#include <functional>
#include <vector>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "net/http.hpp"
#include "net/shard.hpp"
#include "realm/config.hpp"
#include "realm/prometheus.hpp"
#include "realm/statistics.hpp"
#include "station/feed.hpp"

namespace archipelago::realm {

/// Outlives the server's connections. What is passed in outlives it.
class Station {
 public:
  struct Parts {
    std::vector<Loop*> shards;  ///< the server's, in their order
    SnapshotSource snapshots;   ///< as outsiders may see them
    std::function<islands::QualityPointer()> quality;
    std::function<std::vector<NamedLag>()> lags;
    Metrics& metrics;
  };

  Station(Config const& config, Parts parts);

  /// Nothing, where the station is switched off. Before register_operations().
  void register_endpoints(net::Router& router);

  void start() { loop_.start(); }
  /// Waits for its thread. Once, after the server's end.
  void stop();

 private:
  Config const& config_;
  net::Shard loop_;
  station::Feed feed_;
};

/// What the feed tells of a realm so configured.
station::Realm feed_realm(Config const& config);

}  // namespace archipelago::realm
