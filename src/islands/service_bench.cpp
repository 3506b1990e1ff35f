// A regular flush with everything around it (announcements, snapshot, status) when everybody has
// moved; and of several processes: batches of heartbeats, a takeover, a follower's snapshot.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/log.hpp"
#include "islands/cluster_fixture.hpp"
#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

void service_flush(benchmark::State& state) {
  auto const players = static_cast<unsigned>(state.range(0));
  testing::World world;
  auto const all_move = [&](unsigned step) {
    for (unsigned i = 0; i < players; ++i)
      world.beat(i, {static_cast<float>((i * 7919 + step * 3) % 4000), 0,
                     static_cast<float>((i * 104'729 + step * 5) % 4000)});
    world.loop.run_posted();
  };
  unsigned step = 0;
  all_move(step);
  world.advance(Millis{2'000});
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    all_move(++step);
    world.heard.clear();
    state.ResumeTiming();
    world.advance(Millis{2'000});
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(service_flush)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond);

constexpr unsigned kTogether = 50;

/// Groups of people, a little way from each other.
engine::Position somewhere(unsigned player, unsigned step) {
  auto const group = player / kTogether, in_row = 100U;
  return {static_cast<float>(group % in_row * 200 + player % 7 + step % 20), 0,
          static_cast<float>(group / in_row * 200 + player % 5)};
}

/// What a gateway says of all of them, 500 at a time; `told`: each group an island.
std::vector<std::string> batches(unsigned players, unsigned step, bool told) {
  std::vector<std::string> all;
  for (unsigned first = 0; first < players; first += 500) {
    cluster::Heartbeats batch;
    batch.set_gateway("gate");
    for (unsigned player = first; player < std::min(first + 500, players); ++player) {
      auto& beat = *batch.add_beats();
      auto const bytes = testing::address(player).bytes();
      beat.set_address(std::string(bytes.data(), bytes.size()));
      beat.set_x(somewhere(player, step).x);
      beat.set_z(somewhere(player, step).z);
      beat.set_login(1'700'000'000'000);
      if (told && player % kTogether == 0)
        batch.add_islands("Iloyw3v28aaaa-" + std::to_string(player / kTogether));
      if (told) beat.set_told(static_cast<std::uint32_t>(batch.islands_size()));
    }
    all.push_back(wire::encode(batch));
  }
  return all;
}

void say(bus::Bus& bus, VirtualLoop& loop, std::vector<std::string> const& messages) {
  for (auto const& message : messages) bus.publish(bus::subjects::kClusterHeartbeats, message);
  loop.run_posted();
}

/// Beats of players whom the service knows, from the bus into the engine.
void service_batches(benchmark::State& state) {
  auto const players = static_cast<unsigned>(state.range(0));
  testing::World world({.max_players = 1'000'000}, {}, testing::Policy::crowd);
  world.subscriptions.clear();
  say(world.bus, world.loop, batches(players, 0, false));
  unsigned step = 0;
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    auto const messages = batches(players, ++step, false);
    state.ResumeTiming();
    say(world.bus, world.loop, messages);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(service_batches)->Arg(5'000)->Arg(50'000)->Unit(benchmark::kMillisecond);

/// From the lease to the end of the first flush, which tells nobody anything.
void core_takeover(benchmark::State& state) {
  log::set_level(log::Level::error);
  auto const players = static_cast<unsigned>(state.range(0));
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    VirtualLoop loop;
    testing::Network network{.loop = loop};
    auto node = std::make_unique<testing::Node>(network, "core", Options{.max_players = 1'000'000},
                                                testing::Policy::crowd);
    say(node->line, loop, batches(players, 0, true));
    loop.advance(Millis{2'000});
    state.ResumeTiming();
    node->lease.give(1'700'000'000'000);
    loop.advance(Millis{1});
    state.PauseTiming();
    auto const& metrics = node->metrics;
    if (metrics.value(Metric::flushes) != 1 || metrics.value(Metric::island_changes) != 0)
      state.SkipWithError("somebody was told something");
    node.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(core_takeover)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void follower_snapshot(benchmark::State& state) {
  VirtualLoop loop;
  Metrics metrics;
  bus::InProcessBus bus(metrics);
  Follower const follower({.loop = loop, .bus = bus, .metrics = metrics},
                          {.max_players = 1'000'000});
  auto const messages = batches(static_cast<unsigned>(state.range(0)), 0, true);
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    say(bus, loop, messages);
    state.ResumeTiming();
    loop.advance(Millis{2'000});
  }
  if (follower.snapshot()->players != static_cast<std::size_t>(state.range(0)))
    state.SkipWithError("not all are there");
}
BENCHMARK(follower_snapshot)
    ->Arg(20'000)
    ->Arg(100'000)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace archipelago::islands
