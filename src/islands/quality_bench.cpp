// What a look at the live world costs, beside the islands' loop.
#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

#include "islands/quality.hpp"
#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

/// Islands of 50; everybody within `metres` squared.
Snapshot crowd(unsigned players, std::uint64_t metres) {
  Snapshot snapshot;
  std::uint64_t state = 1;
  auto const somewhere = [&] {
    state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return static_cast<float>((state >> 33U) % (metres * 100)) / 100;
  };
  for (unsigned i = 0; i < players; ++i) {
    if (i % 50 == 0) snapshot.islands.push_back({.id = "I" + std::to_string(i)});
    snapshot.islands.back().peers.push_back(
        {testing::address(i), {somewhere(), 0, somewhere()}, {}});
  }
  snapshot.players = players;
  return snapshot;
}

void quality(benchmark::State& state) {
  Metrics metrics;
  QualityMeter meter(metrics);
  auto const snapshot =
      crowd(static_cast<unsigned>(state.range(0)), static_cast<std::uint64_t>(state.range(1)));
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(meter.measure(snapshot));
}
BENCHMARK(quality)
    ->ArgNames({"players", "metres"})
    ->Args({1'000, 1'000})
    ->Args({10'000, 4'000})
    ->Args({10'000, 100})
    ->Args({10'000, 1})
    ->Args({100'000, 4'000})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace archipelago::islands
