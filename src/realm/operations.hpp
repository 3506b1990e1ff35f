// What operators and their machines ask: health, status, metrics, and a plain answer at the root
// (WIRE 10).
#pragma once

#include "base/metrics.hpp"
#include "net/http.hpp"
#include "realm/config.hpp"
#include "realm/facts.hpp"
#include "realm/prometheus.hpp"

namespace archipelago::realm {

/// The threads that serve, and how late they are. Any thread.
using LagSource = std::function<std::vector<NamedLag>()>;

/// GET /, /health/live, /health/ready, /health/startup, /status, /core-status, /metrics.
/// `config`, `metrics` and what `facts` and `lags` refer to must outlive the router.
void register_operations(net::Router& router, Config const& config, Metrics const& metrics,
                         FactsSource const& facts, LagSource const& lags);

}  // namespace archipelago::realm
