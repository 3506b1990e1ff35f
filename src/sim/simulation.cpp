// The loop around world, engine and meters.
#include "sim/simulation.hpp"

#include <string>

#include "sim/answer.hpp"

namespace archipelago::sim {
namespace {

constexpr Millis kInterval{static_cast<Millis::rep>(kSecondsPerFlush * 1'000)};
constexpr std::uint64_t kWishesSeed =
    0x77697368;  // not the world's: wishes leave the walkers alone

void tell(World const& world, Wishes& wishes, engine::Engine& engine) {
  for (auto const number : world.gone()) engine.leave("p" + std::to_string(number));
  for (auto const& person : world.people()) {
    engine::Position const at{static_cast<float>(person.at.x), 0, static_cast<float>(person.at.z)};
    engine.report(name_of(person), at, wishes.take(person.number));
  }
}

}  // namespace

Report simulate(SimulationOptions const& options, engine::Engine& engine) {
  World world(options.world);
  Wishes wishes(options.wishes, options.world.seed ^ kWishesSeed);
  Meters meters;
  auto const total = options.warmup + options.flushes;
  for (std::size_t n = 1; n <= total; ++n) {
    if (n > 1) world.step();
    auto const began = options.cpu();
    tell(world, wishes, engine);
    auto const told = options.cpu();
    auto const changes = engine.flush(kInterval * n);
    FlushCost const cost{told - began, options.cpu() - told};
    meters.add(engine, changes, n > 1 ? kInterval : Millis{}, cost, n > options.warmup);
    if (options.say) options.say(flush_line(n, changes, options.show_islands ? &engine : nullptr));
    wishes.after_flush(world.people(), engine);
    if (options.progress) options.progress(n, total);
  }
  auto report = meters.report();
  report.warmup = options.warmup;
  report.wishes = wishes.figures();
  return report;
}

}  // namespace archipelago::sim
