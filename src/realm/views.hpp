// What people see of a realm: statistics, crowded scenes, the station.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/worker_pool.hpp"
#include "islands/explainer.hpp"
#include "islands/privacy.hpp"
#include "net/shard.hpp"
#include "realm/config.hpp"
#include "realm/scene_board.hpp"
#include "realm/station.hpp"

namespace archipelago::realm {

class Views {
 public:
  /// What is referred to outlives this.
  struct Parts {
    std::vector<Loop*> shards;
    SnapshotSource snapshots;  ///< exact
    std::function<islands::QualityPointer()> quality;
    islands::Explainer& explainer;
    std::function<std::vector<NamedLag>()> lags;
    std::function<std::string()> listening;  ///< our URL, "" before there is one
    bool station = true;                     ///< the page and its feed, too
    Metrics& metrics;
  };

  Views(Config const& config, Parts parts);

  void register_endpoints(net::Router& router);
  void start() { station_.start(); }
  void stop_asking() { asking_.request_stop(); }
  void stop() { station_.stop(); }  ///< after the server's end

 private:
  islands::Explainer& explainer_;
  Metrics& metrics_;
  bool const has_station_;
  std::stop_source asking_;
  islands::ToldSnapshots told_;  // what outsiders may see
  SceneBoard scenes_;
  WorkerPool scene_pool_;  // its thread waits for the content server
  Station station_;
};

}  // namespace archipelago::realm
