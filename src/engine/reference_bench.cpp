// What a flush of the reference policy costs when everybody has moved.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "archipelago/engine.hpp"

namespace archipelago::engine {
namespace {

/// The same walkers on every machine: uniform in a square that holds 250 players a square
/// kilometre.
class Walkers {
 public:
  explicit Walkers(std::size_t count) : half_(std::sqrt(static_cast<float>(count) * 1000.0F)) {
    for (std::size_t i = 0; i < count; ++i) {
      ids_.push_back("0x" + std::string(30, 'a') + std::to_string(1'000'000'000 + i));
      places_.push_back({uniform(half_), 0, uniform(half_)});
    }
  }

  void step(Engine& engine) {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      places_[i].x += uniform(6);
      places_[i].z += uniform(6);
      engine.report(ids_[i], places_[i]);
    }
  }

 private:
  float uniform(float half) {
    seed_ = seed_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (static_cast<float>(seed_ >> 40U) / static_cast<float>(1U << 23U) - 1) * half;
  }

  std::uint64_t seed_ = 1;
  float half_;
  std::vector<std::string> ids_;
  std::vector<Position> places_;
};

void reference_flush(benchmark::State& state) {
  Walkers walkers(static_cast<std::size_t>(state.range(0)));
  std::uint64_t last = 0;
  auto const engine = make_reference_engine({.join_distance = 64, .leave_distance = 80},
                                            {[&last] { return "I" + std::to_string(++last); }, {}});
  walkers.step(*engine);
  engine->flush({});
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    walkers.step(*engine);
    state.ResumeTiming();
    benchmark::DoNotOptimize(engine->flush({}).size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(reference_flush)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond);

void reference_first_flush(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    Walkers walkers(static_cast<std::size_t>(state.range(0)));
    std::uint64_t last = 0;
    auto const engine =
        make_reference_engine({}, {[&last] { return "I" + std::to_string(++last); }, {}});
    walkers.step(*engine);
    state.ResumeTiming();
    benchmark::DoNotOptimize(engine->flush({}).size());
  }
}
BENCHMARK(reference_first_flush)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace archipelago::engine
