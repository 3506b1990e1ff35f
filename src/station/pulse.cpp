// Differences of counters.
#include "station/pulse.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace archipelago::station {
namespace {

std::int64_t sum(Metrics const& metrics, std::initializer_list<Metric> of) {
  std::int64_t all = 0;
  for (auto const metric : of) all += metrics.value(metric);
  return all;
}

std::uint32_t gauge(Metrics const& metrics, Metric metric) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(metrics.value(metric), 0));
}

}  // namespace

PulseMeter::Counts PulseMeter::counts() const {
  Counts now{};
  now[heartbeats] = metrics_.value(Metric::heartbeats);
  now[changes] = metrics_.value(Metric::island_changes);
  now[logins] = metrics_.value(Metric::logins);
  now[in] = metrics_.value(Metric::room_packets_in);
  now[out] = metrics_.value(Metric::room_packets_out);
  now[dropped] =
      sum(metrics_, {Metric::topic_messages_dropped, Metric::bus_messages_dropped,
                     Metric::room_packets_dropped_slow, Metric::room_packets_dropped_rate});
  for (auto const& row : reasons()) now[refused] += metrics_.rejected(row.code);
  return now;
}

void PulseMeter::make_rates(Instant now) {
  auto const seconds = static_cast<float>((now - since_).count()) / 1'000;
  auto const counted = counts();
  for (std::size_t i = 0; i < count_; ++i)
    rates_[i] = static_cast<float>(counted[i] - before_[i]) / seconds;
  before_ = counted;
  since_ = now;
  auto const flushes = sum(metrics_, {Metric::flushes, Metric::placements});
  auto const micros = metrics_.value(Metric::flush_micros);
  if (flushes != flushes_)
    flush_ms_ =
        static_cast<float>(micros - flush_micros_) / 1'000 / static_cast<float>(flushes - flushes_);
  flushes_ = flushes;
  flush_micros_ = micros;
}

Pulse PulseMeter::take(Instant now) {
  if (now - since_ >= kShortest) make_rates(now);
  Pulse pulse;
  pulse.set_sessions(gauge(metrics_, Metric::sessions));
  pulse.set_room_members(gauge(metrics_, Metric::room_members));
  pulse.set_viewers(gauge(metrics_, Metric::station_viewers));
  pulse.set_heartbeats_s(rates_[heartbeats]);
  pulse.set_changes_s(rates_[changes]);
  pulse.set_logins_s(rates_[logins]);
  pulse.set_relayed_in_s(rates_[in]);
  pulse.set_relayed_out_s(rates_[out]);
  pulse.set_dropped_s(rates_[dropped]);
  pulse.set_refused_s(rates_[refused]);
  pulse.set_flush_ms(flush_ms_);
  pulse.set_lag_ms(static_cast<float>(lag_().count()));
  return pulse;
}

}  // namespace archipelago::station
