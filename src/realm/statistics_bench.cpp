// What an operator's questions cost: the statistics of 10 000 players, and a scrape.
#include <string>

#include <benchmark/benchmark.h>

#include "base/virtual_loop.hpp"
#include "realm/hot_scenes.hpp"
#include "realm/prometheus.hpp"
#include "realm/statistics.hpp"

namespace archipelago::realm {
namespace {

Address address(int number) {
  auto const digits = std::to_string(number);
  return *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits);
}

/// Islands of 50, in a city of 4 x 4 km.
islands::Snapshot city(int players) {
  islands::Snapshot snapshot;
  for (int i = 0; i < players; ++i) {
    if (i % 50 == 0) snapshot.islands.push_back({.id = "I1a2b3c" + std::to_string(i)});
    auto const metres = [i](int step) { return static_cast<float>((i * step) % 400'000) / 100; };
    engine::Position const at{metres(7'919), 0.2F, metres(104'729 % 4'001)};
    snapshot.islands.back().peers.push_back({address(i), at, {1'700'000'000'123}});
  }
  snapshot.players = static_cast<std::size_t>(players);
  return snapshot;
}

void everybody(benchmark::State& state) {
  auto const snapshot = city(10'000);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(peers_json(snapshot, {}));
}
BENCHMARK(everybody)->Unit(benchmark::kMillisecond);

void all_islands(benchmark::State& state) {
  auto const snapshot = city(10'000);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(islands_json(snapshot));
}
BENCHMARK(all_islands)->Unit(benchmark::kMillisecond);

void all_parcels(benchmark::State& state) {
  auto const snapshot = city(10'000);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(parcels_json(snapshot));
}
BENCHMARK(all_parcels)->Unit(benchmark::kMillisecond);

void one_player(benchmark::State& state) {
  auto const snapshot = city(10'000);
  auto const last = address(9'999).text();
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(peer_response(snapshot, last));
}
BENCHMARK(one_player)->Unit(benchmark::kMillisecond);

void scenes_of_the_busiest(benchmark::State& state) {
  auto const snapshot = city(10'000);
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(scenes_question(occupied_parcels(snapshot)));
}
BENCHMARK(scenes_of_the_busiest)->Unit(benchmark::kMillisecond);

/// 16 threads, and each of 30 routes asked in four ways.
void scrape(benchmark::State& state) {
  VirtualLoop loop;
  Metrics metrics;
  net::Router router;
  for (int i = 0; i < 30; ++i) router.http("GET", "/route" + std::to_string(i), {});
  net::RequestMeter requests(router);
  for (std::size_t place = 0; place < 30; ++place)
    for (int const status : {200, 400, 429, 503})
      requests.note({.place = place, .method = net::RequestMeter::method_place("GET")}, status);
  Scrape scrape{.requests = &requests};
  for (int i = 0; i < 16; ++i) scrape.lags.push_back({std::to_string(i), LoopLag::watch(loop)});
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(prometheus_text(metrics, scrape, {}));
}
BENCHMARK(scrape)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace archipelago::realm
