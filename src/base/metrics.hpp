// What operators count: each metric declared once, here; /metrics and docs/METRICS.md read the same
// rows.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/errc.hpp"

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

/// One sample. Rows of one name differ in their labels and stand together.
struct MetricInfo {
  Metric id;
  std::string_view name;  ///< Prometheus name
  bool gauge;             ///< false: a counter, only ever grows
  std::string_view help;
  std::string_view outcome{};  ///< value of the label `outcome`; empty: the sample has none
  std::string_view reason{};   ///< value of the label `reason`; empty: none
};

std::span<MetricInfo const> metric_infos() noexcept;

/// Any thread; relaxed atomics, about a nanosecond each.
class Metrics {
 public:
  void add(Metric metric, std::int64_t amount = 1) noexcept {
    values_[static_cast<std::size_t>(metric)].fetch_add(amount, std::memory_order_relaxed);
  }
  void set(Metric metric, std::int64_t value) noexcept {
    values_[static_cast<std::size_t>(metric)].store(value, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t value(Metric metric) const noexcept {
    return values_[static_cast<std::size_t>(metric)].load(std::memory_order_relaxed);
  }

  /// Every refusal, drop and close counts exactly once (`archipelago_rejected_total{reason=…}`).
  void reject(Errc why) noexcept {
    rejected_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t rejected(Errc why) const noexcept {
    return rejected_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(Metric::count_)> values_{};
  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(Errc::count_)> rejected_{};
};

}  // namespace archipelago
