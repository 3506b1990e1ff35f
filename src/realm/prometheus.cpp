// From our rows to the text that Prometheus scrapes.
#include "realm/prometheus.hpp"

#include <array>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "realm/process_figures.hpp"

namespace archipelago::realm {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr FamilyInfo kRejected{"archipelago_rejected_total", "reason", "counter",
                               "Refusals, drops and closes by reason (REASONS.md)"};
constexpr FamilyInfo kLoopLag{"archipelago_loop_lag_seconds", "loop", "histogram",
                              "How late each thread runs what is due, asked ten times a second; "
                              "`islands` and the shards by number"};
constexpr FamilyInfo kBuildInfo{"archipelago_build_info", "version,commitHash,ethNetwork", "gauge",
                                "Always 1; its labels tell the build"};
constexpr std::string_view kRequestLabels = "method,handler,code";
constexpr FamilyInfo kRequests{"http_requests_total", kRequestLabels, "counter",
                               "HTTP requests answered, upgrades to websockets among them"};
constexpr FamilyInfo kRequestSeconds{
    "http_request_duration_seconds", kRequestLabels, "histogram",
    "From a whole HTTP request to the last byte of its answer; `handler` is the route's pattern, "
    "or `unknown`"};
constexpr FamilyInfo kRequestBytes{"http_request_size_bytes", kRequestLabels, "histogram",
                                   "Bodies of HTTP requests"};
constexpr FamilyInfo kMemory{"process_resident_memory_bytes", "", "gauge",
                             "Memory that the process has in use"};
constexpr FamilyInfo kCpu{"process_cpu_seconds_total", "", "counter",
                          "Processor time that the process has used"};
constexpr FamilyInfo kFiles{"process_open_fds", "", "gauge", "Descriptors in use"};
constexpr FamilyInfo kMostFiles{"process_max_fds", "", "gauge", "Descriptors that there may be"};
constexpr FamilyInfo kStarted{"process_start_time_seconds", "", "gauge",
                              "When the process started, in seconds since 1970"};
constexpr std::array kOthers{kRejected,       kLoopLag,      kBuildInfo, kRequests,
                             kRequestSeconds, kRequestBytes, kMemory,    kCpu,
                             kFiles,          kMostFiles,    kStarted};

ClientMetric sample(MetricType type, double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  if (type == MetricType::Gauge)
    metric.gauge.value = value;
  else
    metric.counter.value = value;
  return metric;
}

ClientMetric sample(Histogram const& histogram, std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  auto& out = metric.histogram;
  auto const bounds = histogram.bounds();
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    out.sample_count += histogram.count(i);
    double const end = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    out.bucket.push_back({out.sample_count, end});
  }
  out.sample_sum = histogram.sum();
  return metric;
}

MetricFamily family(std::string_view name, std::string_view help, MetricType type) {
  return {std::string(name), std::string(help), type, {}};
}

MetricFamily family(FamilyInfo const& info, MetricType type) {
  return family(info.name, info.help, type);
}

MetricType type_of(MetricKind kind) {
  return kind == MetricKind::counter ? MetricType::Counter : MetricType::Gauge;
}

std::vector<ClientMetric::Label> labels(std::initializer_list<MetricLabel> given) {
  std::vector<ClientMetric::Label> all;
  for (auto const& one : given)
    if (!one.key.empty()) all.push_back({std::string(one.key), std::string(one.value)});
  return all;
}

/// The family of that name, which is the last one or new.
MetricFamily& family_of(std::vector<MetricFamily>& all, MetricFamily next) {
  return !all.empty() && all.back().name == next.name ? all.back()
                                                      : all.emplace_back(std::move(next));
}

void add_values(std::vector<MetricFamily>& all, Metrics const& metrics) {
  for (auto const& row : metric_infos()) {
    auto const type = type_of(row.kind);
    auto const value = row.kind == MetricKind::ratio ? metrics.ratio(row.id)
                                                     : static_cast<double>(metrics.value(row.id));
    family_of(all, family(row.name, row.help, type))
        .metric.push_back(sample(type, value, labels({row.first, row.second})));
  }
  for (auto const& row : distribution_infos())
    family_of(all, family(row.name, row.help, MetricType::Histogram))
        .metric.push_back(sample(metrics.histogram(row.id), labels({row.label})));
}

MetricFamily rejected(Metrics const& metrics) {
  auto all = family(kRejected, MetricType::Counter);
  for (auto const& row : reasons())
    all.metric.push_back(sample(MetricType::Counter,
                                static_cast<double>(metrics.rejected(row.code)),
                                labels({{"reason", row.label}})));
  return all;
}

MetricFamily loop_lag(std::vector<NamedLag> const& lags) {
  auto all = family(kLoopLag, MetricType::Histogram);
  for (auto const& [name, lag] : lags)
    all.metric.push_back(sample(lag->histogram(), labels({{"loop", name}})));
  return all;
}

MetricFamily build_info(Config::Realm const& realm) {
  auto info = family(kBuildInfo, MetricType::Gauge);
  info.metric.push_back(sample(MetricType::Gauge, 1,
                               labels({{"version", realm.version},
                                       {"commitHash", realm.commit_hash},
                                       {"ethNetwork", realm.eth_network}})));
  return info;
}

void add_requests(std::vector<MetricFamily>& all, net::RequestMeter const& requests) {
  auto total = family(kRequests, MetricType::Counter);
  auto seconds = family(kRequestSeconds, MetricType::Histogram);
  auto bytes = family(kRequestBytes, MetricType::Histogram);
  requests.each([&](net::RequestMeter::Row const& row) {
    auto const all_labels =
        labels({{"method", row.method}, {"handler", row.handler}, {"code", row.code}});
    auto const count = static_cast<double>(row.seconds.count());
    total.metric.push_back(sample(MetricType::Counter, count, all_labels));
    seconds.metric.push_back(sample(row.seconds, all_labels));
    bytes.metric.push_back(sample(row.bytes, all_labels));
  });
  for (auto* const one : {&total, &seconds, &bytes}) all.push_back(std::move(*one));
}

void add_process(std::vector<MetricFamily>& all, ProcessFigures const& process) {
  auto const add = [&](FamilyInfo const& info, MetricType type, double value) {
    auto one = family(info, type);
    one.metric.push_back(sample(type, value));
    all.push_back(std::move(one));
  };
  add(kMemory, MetricType::Gauge, process.resident_bytes);
  add(kCpu, MetricType::Counter, process.cpu_seconds);
  add(kFiles, MetricType::Gauge, process.open_files);
  add(kMostFiles, MetricType::Gauge, process.most_files);
  add(kStarted, MetricType::Gauge, process.started_seconds);
}

class Collector final : public prometheus::Collectable {
 public:
  Collector(Metrics const& metrics, Scrape const& scrape, Config::Realm const& realm)
      : metrics_(metrics), scrape_(scrape), realm_(realm) {}

  [[nodiscard]] std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families;
    add_values(families, metrics_);
    families.push_back(rejected(metrics_));
    if (!scrape_.lags.empty()) families.push_back(loop_lag(scrape_.lags));
    families.push_back(build_info(realm_));
    if (scrape_.requests != nullptr) add_requests(families, *scrape_.requests);
    add_process(families, process_figures());
    return families;
  }

 private:
  Metrics const& metrics_;
  Scrape const& scrape_;
  Config::Realm const& realm_;
};

}  // namespace

std::span<FamilyInfo const> other_metric_infos() noexcept {
  return kOthers;
}

std::string prometheus_text(Metrics const& metrics, Scrape const& scrape,
                            Config::Realm const& realm) {
  return prometheus::TextSerializer().Serialize(Collector(metrics, scrape, realm).Collect());
}

}  // namespace archipelago::realm
