// Rates of made-up counters.
#include "station/pulse.hpp"

#include <gtest/gtest.h>

namespace archipelago::station {
namespace {

struct Meter : testing::Test {
  Metrics metrics;
  PulseMeter meter{metrics, [] { return Millis{7}; }};
};

TEST_F(Meter, RatesAreThoseSinceTheLastPulse) {
  metrics.add(Metric::heartbeats, 100);
  EXPECT_EQ(meter.take(Instant{Millis{2'000}}).heartbeats_s(), 50) << "since time began";
  metrics.add(Metric::heartbeats, 30);
  metrics.reject(Errc::rate_limited);
  metrics.reject(Errc::slow_consumer);
  auto const pulse = meter.take(Instant{Millis{4'000}});
  EXPECT_EQ(pulse.heartbeats_s(), 15);
  EXPECT_EQ(pulse.refused_s(), 1);
  EXPECT_EQ(pulse.lag_ms(), 7);
}

TEST_F(Meter, PulsesInQuickSuccessionTellTheSameRates) {
  metrics.add(Metric::logins, 10);
  EXPECT_EQ(meter.take(Instant{Millis{1'000}}).logins_s(), 10);
  metrics.add(Metric::logins, 10);
  metrics.set(Metric::sessions, 20);
  auto const soon = meter.take(Instant{Millis{1'100}});
  EXPECT_EQ(soon.logins_s(), 10);
  EXPECT_EQ(soon.sessions(), 20U) << "gauges are as they are";
  EXPECT_EQ(meter.take(Instant{Millis{2'000}}).logins_s(), 10) << "none was lost";
}

TEST_F(Meter, AFlushIsAsLongAsTheMeanOfTheLast) {
  metrics.add(Metric::flushes, 1);
  metrics.add(Metric::placements, 1);
  metrics.add(Metric::flush_micros, 3'000);
  EXPECT_EQ(meter.take(Instant{Millis{1'000}}).flush_ms(), 1.5F);
  EXPECT_EQ(meter.take(Instant{Millis{2'000}}).flush_ms(), 1.5F) << "none since";
}

}  // namespace
}  // namespace archipelago::station
