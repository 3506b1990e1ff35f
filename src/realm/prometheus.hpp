// GET /metrics: the counters of base/metrics.hpp in Prometheus' text format.
#pragma once

#include <string>

#include "base/metrics.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

std::string prometheus_text(Metrics const& metrics, Config::Realm const& realm);

}  // namespace archipelago::realm
