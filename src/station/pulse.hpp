// How the realm does, for the feed: gauges, and rates from what the metrics counted.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <utility>

#include <archipelago/station.pb.h>

#include "base/metrics.hpp"
#include "base/time.hpp"

namespace archipelago::station {

/// One owner. `lag`, how late the latest thread is, is called by take().
class PulseMeter {
 public:
  /// Rates over less than this would be noise: they are told again instead.
  static constexpr Millis kShortest{1'000};

  PulseMeter(Metrics const& metrics, std::function<Millis()> lag)
      : metrics_(metrics), lag_(std::move(lag)) {}

  /// Gauges as they are, rates since they were last made; the first ones since time began. What
  /// snapshots and their quality tell is left to the caller.
  [[nodiscard]] Pulse take(Instant now);

 private:
  enum Rate : std::uint8_t { heartbeats, changes, logins, in, out, dropped, refused, count_ };
  using Counts = std::array<std::int64_t, count_>;

  [[nodiscard]] Counts counts() const;
  void make_rates(Instant now);

  Metrics const& metrics_;
  std::function<Millis()> const lag_;
  Instant since_{};
  Counts before_{};
  std::array<float, count_> rates_{};
  std::int64_t flushes_ = 0;
  std::int64_t flush_micros_ = 0;
  float flush_ms_ = 0;
};

}  // namespace archipelago::station
