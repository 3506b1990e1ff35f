#include "realm/core.hpp"

#include <utility>

#include "islands/id_maker.hpp"
#include "realm/wiring.hpp"
#include "sim/recorder.hpp"

namespace archipelago::realm {

Core::Core(Config const& config, Parts parts)
    : config_(config),
      recording_(std::move(parts.recording)),
      backends_(config_, {.loop = parts.loop,
                          .metrics = parts.metrics,
                          .key = parts.key,
                          .fill = std::move(parts.fill),
                          .stop = asking_.get_token()}),
      islands_(island_parts(parts), island_options(config_)),
      quality_(parts.loop, [this] { return islands_.snapshot(); }, parts.metrics) {}

islands::Parts Core::island_parts(Parts const& parts) {
  return {.loop = parts.loop,
          .bus = parts.bus,
          .metrics = parts.metrics,
          .backend = backends_,
          .engine = engine(parts),
          .stopwatch = steady_micros};
}

std::unique_ptr<engine::Engine> Core::engine(Parts const& parts) {
  auto settings = engine_settings(config_);
  settings.ids =
      islands::island_id_head(config_.islands.id_prefix, parts.loop.wall_now(), parts.random);
  auto engine = sim::make_engine(settings);
  if (!recording_) return engine;
  return std::make_unique<sim::Recorder>(
      std::move(engine), sim::config_line(settings),
      [this](std::string lines) { return recording_->write(std::move(lines)); });
}

}  // namespace archipelago::realm
