// A regular flush with everything around it (announcements, snapshot, status) when everybody has
// moved.
#include <memory>

#include <benchmark/benchmark.h>

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

}  // namespace
}  // namespace archipelago::islands
