// What operators and their machines ask: health, status, metrics, and a plain answer at the root
// (WIRE 10).
#pragma once

#include "base/metrics.hpp"
#include "net/http.hpp"
#include "realm/config.hpp"
#include "realm/facts.hpp"
#include "realm/prometheus.hpp"

namespace archipelago::realm {

/// Any thread.
using ScrapeSource = std::function<Scrape()>;

/// What the realm is, for programs that ask for /. `config` must outlive it.
net::HttpHandler description(Config const& config);

/// GET /health/live, /health/ready, /health/startup, /status, /core-status, and
/// metrics where `config` says, 401 for those who do not know its token. `config`, `metrics` and
/// what `facts` and `scrape` refer to must outlive the router.
void register_operations(net::Router& router, Config const& config, Metrics& metrics,
                         FactsSource const& facts, ScrapeSource const& scrape);

}  // namespace archipelago::realm
