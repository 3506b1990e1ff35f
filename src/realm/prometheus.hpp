// GET /metrics: the counters of base/metrics.hpp in Prometheus' text format.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/loop_lag.hpp"
#include "base/metrics.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

/// A loop by the name of its `loop` label.
struct NamedLag {
  std::string name;
  std::shared_ptr<LoopLag const> lag;
};

std::string prometheus_text(Metrics const& metrics, std::vector<NamedLag> const& lags,
                            Config::Realm const& realm);

}  // namespace archipelago::realm
