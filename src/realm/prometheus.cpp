// From our rows to the text that Prometheus scrapes.
#include "realm/prometheus.hpp"

#include <limits>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace archipelago::realm {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric sample(bool gauge, double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (gauge)
    metric.gauge.value = value;
  else
    metric.counter.value = value;
  return metric;
}

MetricFamily family(std::string_view name, std::string_view help, bool gauge) {
  return {
      std::string(name), std::string(help), gauge ? MetricType::Gauge : MetricType::Counter, {}};
}

std::vector<ClientMetric::Label> labels(MetricInfo const& row) {
  std::vector<ClientMetric::Label> all;
  if (!row.outcome.empty()) all.push_back({"outcome", std::string(row.outcome)});
  if (!row.reason.empty()) all.push_back({"reason", std::string(row.reason)});
  return all;
}

MetricFamily rejected(Metrics const& metrics) {
  auto all = family("archipelago_rejected_total", "Refusals, drops and closes by reason", false);
  for (auto const& row : reasons())
    all.metric.push_back(sample(false, static_cast<double>(metrics.rejected(row.code)),
                                {{"reason", std::string(row.label)}}));
  return all;
}

ClientMetric::Histogram buckets(LoopLag::Histogram const& seen) {
  ClientMetric::Histogram out;
  for (std::size_t i = 0; i < seen.counts.size(); ++i) {
    out.sample_count += seen.counts.at(i);
    double const bound = i < LoopLag::kBounds.size()
                             ? static_cast<double>(LoopLag::kBounds.at(i).count()) / 1'000
                             : std::numeric_limits<double>::infinity();
    out.bucket.push_back({out.sample_count, bound});
  }
  out.sample_sum = seen.sum_seconds;
  return out;
}

MetricFamily loop_lag(std::vector<NamedLag> const& lags) {
  MetricFamily all{"archipelago_loop_lag_seconds",
                   "How late each thread runs what is due, asked ten times a second",
                   MetricType::Histogram,
                   {}};
  for (auto const& [name, lag] : lags) {
    ClientMetric metric;
    metric.label = {{"loop", name}};
    metric.histogram = buckets(lag->histogram());
    all.metric.push_back(std::move(metric));
  }
  return all;
}

MetricFamily build_info(Config::Realm const& realm) {
  auto info = family("archipelago_build_info", "Always 1; its labels tell the build", true);
  info.metric.push_back(sample(true, 1,
                               {{"version", realm.version},
                                {"commitHash", realm.commit_hash},
                                {"ethNetwork", realm.eth_network}}));
  return info;
}

class Collector final : public prometheus::Collectable {
 public:
  Collector(Metrics const& metrics, std::vector<NamedLag> const& lags, Config::Realm const& realm)
      : metrics_(metrics), lags_(lags), realm_(realm) {}

  [[nodiscard]] std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families;
    for (auto const& row : metric_infos()) {
      if (families.empty() || families.back().name != row.name)
        families.push_back(family(row.name, row.help, row.gauge));
      families.back().metric.push_back(
          sample(row.gauge, static_cast<double>(metrics_.value(row.id)), labels(row)));
    }
    families.push_back(rejected(metrics_));
    if (!lags_.empty()) families.push_back(loop_lag(lags_));
    families.push_back(build_info(realm_));
    return families;
  }

 private:
  Metrics const& metrics_;
  std::vector<NamedLag> const& lags_;
  Config::Realm const& realm_;
};

}  // namespace

std::string prometheus_text(Metrics const& metrics, std::vector<NamedLag> const& lags,
                            Config::Realm const& realm) {
  return prometheus::TextSerializer().Serialize(Collector(metrics, lags, realm).Collect());
}

}  // namespace archipelago::realm
