// The station of this realm: what its feed is told, the thread on which it is made, and what the
// page may do.
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
#include "station/page.hpp"

namespace archipelago::realm {

/// Outlives the server's connections. What is passed in outlives it.
class Station {
 public:
  struct Parts {
    std::vector<Loop*> shards;  ///< the server's, in their order
    SnapshotSource snapshots;   ///< as outsiders may see them
    std::function<islands::QualityPointer()> quality;
    std::function<std::vector<NamedLag>()> lags;
    std::function<std::string()> listening;  ///< our URL, "" before there is one
    Metrics& metrics;
  };

  Station(Config const& config, Parts parts);

  /// The page at / and the feed; only a description at / where the station is switched off.
  void register_endpoints(net::Router& router);

  void start() { loop_.start(); }
  /// Waits for its thread. Once, after the server's end.
  void stop();

 private:
  Config const& config_;
  net::Shard loop_;
  station::Feed feed_;
  station::Page page_;
};

/// The page is switched on, and this program has it.
bool has_page(Config const& config);

/// Where the page may connect to, beside its own origin: the websockets of this host under any name
/// it goes by, and where `comms.adapter` leads. `base`, `rooms`: URLs of this realm as the browser
/// and as connection strings know it, http or https.
std::string page_connects(Config const& config, std::string const& base, std::string const& rooms);

/// What the feed tells of a realm so configured.
station::Realm feed_realm(Config const& config);

}  // namespace archipelago::realm
