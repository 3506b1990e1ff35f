// What operators count: each metric declared once, here; /metrics and docs/METRICS.md read the same
// rows.
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/errc.hpp"
#include "base/histogram.hpp"

namespace archipelago {

enum class Metric : std::uint8_t {
  connections,
  connections_waiting,
  sessions,
  logins,
  replacements,
  relogins_refused,
  heartbeats,
  positions,
  players,
  islands,
  island_changes,
  player_moves,
  recall_mean,
  recall_p10,
  churn,
  islands_of_1,
  islands_of_5,
  islands_of_20,
  islands_of_50,
  islands_of_100,
  islands_of_more,
  flushes,
  flush_micros,
  placements,
  wishes_asked,
  wishes_honoured,
  wishes_withdrawn,
  wishes_refused_full,
  wishes_refused_too_many_guests,
  wishes_refused_unknown_island,
  wishes_refused_too_soon,
  wishes_refused_not_allowed,
  wishes_waiting,
  connection_strings,
  islands_moved_rule,
  islands_moved_failed,
  hosts_failed,
  host_checks,
  host_check_failures,
  signed_logins,
  simulated_peers,
  topic_messages,
  topic_messages_dropped,
  bus_messages_dropped,
  bus_vital_dropped,
  bus_waiting_bytes,
  nats_connected,
  nats_reconnects,
  nats_publish_failures,
  nats_slow_consumer,
  cluster_leading,
  cluster_takeovers,
  cluster_fenced,
  cluster_gateways,
  cluster_gateways_lost,
  cluster_room_hosts,
  cluster_room_hosts_lost,
  cluster_batches,
  cluster_adopted,
  cluster_retold,
  cluster_replacements,
  outbox_bytes,
  rooms,
  room_members,
  room_packets_in,
  room_bytes_in,
  room_packets_out,
  room_bytes_out,
  room_packets_ignored,
  room_packets_waiting,
  room_packets_dropped_slow,
  room_packets_dropped_rate,
  room_seats_ended,
  room_kicks,
  http_requests,
  station_viewers,
  station_updates_missed,
  rates_forgotten,
  bans_listed,
  ban_list_loaded,
  ban_checks,
  ban_failures_list,
  ban_failures_file,
  ban_failures_check,
  ban_evictions,
  count_
};

enum class MetricKind : std::uint8_t {
  counter,  ///< only ever grows
  gauge,
  ratio,  ///< a gauge that is no whole number, kept in millionths
};

struct MetricLabel {
  std::string_view key{};  ///< empty: none
  std::string_view value{};
};

/// One sample. Rows of one name differ in their labels and stand together.
struct MetricInfo {
  Metric id;
  std::string_view name;  ///< Prometheus name
  MetricKind kind;
  std::string_view help;
  MetricLabel first{};
  MetricLabel second{};  ///< only with `first`
};

std::span<MetricInfo const> metric_infos() noexcept;

/// What is counted by size.
enum class Distribution : std::uint8_t {
  flush_seconds,
  placement_seconds,
  first_island_seconds,
  handshake_seconds,
  count_
};

struct DistributionInfo {
  Distribution id;
  std::string_view name;  ///< Prometheus name
  std::string_view help;
  std::span<double const> bounds;  ///< upper ends of the classes
  MetricLabel label{};
};

std::span<DistributionInfo const> distribution_infos() noexcept;

/// Any thread; relaxed atomics, about a nanosecond each.
class Metrics {
 public:
  void add(Metric metric, std::int64_t amount = 1) noexcept {
    values_[static_cast<std::size_t>(metric)].fetch_add(amount, std::memory_order_relaxed);
  }
  void set(Metric metric, std::int64_t value) noexcept {
    values_[static_cast<std::size_t>(metric)].store(value, std::memory_order_relaxed);
  }
  /// Of a `ratio`.
  void set_ratio(Metric metric, double value) noexcept {
    set(metric, std::llround(value * kMillion));
  }
  [[nodiscard]] double ratio(Metric metric) const noexcept {
    return static_cast<double>(value(metric)) / kMillion;
  }
  [[nodiscard]] std::int64_t value(Metric metric) const noexcept {
    return values_[static_cast<std::size_t>(metric)].load(std::memory_order_relaxed);
  }

  void note(Distribution distribution, double value) noexcept {
    histograms_[static_cast<std::size_t>(distribution)].note(value);
  }
  [[nodiscard]] Histogram const& histogram(Distribution distribution) const noexcept {
    return histograms_[static_cast<std::size_t>(distribution)];
  }

  /// Every refusal, drop and close counts exactly once (`archipelago_rejected_total{reason=…}`).
  void reject(Errc why) noexcept {
    rejected_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t rejected(Errc why) const noexcept {
    return rejected_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
  }

 private:
  using Histograms = std::array<Histogram, static_cast<std::size_t>(Distribution::count_)>;
  static constexpr double kMillion = 1e6;
  static Histograms histograms() noexcept;

  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(Metric::count_)> values_{};
  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(Errc::count_)> rejected_{};
  Histograms histograms_ = histograms();
};

}  // namespace archipelago
