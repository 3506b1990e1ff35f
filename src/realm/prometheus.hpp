// GET /metrics: the counters of base/metrics.hpp in Prometheus' text format.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop_lag.hpp"
#include "base/metrics.hpp"
#include "net/request_meter.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

/// What /metrics tells beside the rows of base/metrics.hpp.
struct FamilyInfo {
  std::string_view name;
  std::string_view labels;  ///< their keys, with commas; empty: none
  std::string_view type;    ///< as Prometheus calls it
  std::string_view help;
};
std::span<FamilyInfo const> other_metric_infos() noexcept;

/// A loop by the name of its `loop` label.
struct NamedLag {
  std::string name;
  std::shared_ptr<LoopLag const> lag;
};

/// What is looked up for an answer.
struct Scrape {
  std::vector<NamedLag> lags{};
  net::RequestMeter const* requests = nullptr;  ///< null: not yet
};

std::string prometheus_text(Metrics const& metrics, Scrape const& scrape,
                            Config::Realm const& realm);

}  // namespace archipelago::realm
