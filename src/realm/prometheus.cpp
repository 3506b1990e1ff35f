// From our rows to the text that Prometheus scrapes.
#include "realm/prometheus.hpp"

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
  Collector(Metrics const& metrics, Config::Realm const& realm)
      : metrics_(metrics), realm_(realm) {}

  [[nodiscard]] std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families;
    for (auto const& row : metric_infos()) {
      if (families.empty() || families.back().name != row.name)
        families.push_back(family(row.name, row.help, row.gauge));
      families.back().metric.push_back(
          sample(row.gauge, static_cast<double>(metrics_.value(row.id)), labels(row)));
    }
    families.push_back(rejected(metrics_));
    families.push_back(build_info(realm_));
    return families;
  }

 private:
  Metrics const& metrics_;
  Config::Realm const& realm_;
};

}  // namespace

std::string prometheus_text(Metrics const& metrics, Config::Realm const& realm) {
  return prometheus::TextSerializer().Serialize(Collector(metrics, realm).Collect());
}

}  // namespace archipelago::realm
