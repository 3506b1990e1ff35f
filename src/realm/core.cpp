#include "realm/core.hpp"

#include <utility>

#include "islands/id_maker.hpp"
#include "realm/wiring.hpp"
#include "sim/recorder.hpp"

namespace archipelago::realm {

Core::Core(Config const& config, Parts parts)
    : config_(config),
      recording_(std::move(parts.recording)),
      lease_(std::move(parts.lease)),
      backends_(config_, backend_parts(parts)),
      quality_(parts.loop, [this] { return snapshot(); }, parts.metrics) {
  if (lease_)
    go_among_others(parts);
  else
    go_alone(parts);
}

Backends::Parts Core::backend_parts(Parts& parts) {
  return {.loop = parts.loop,
          .metrics = parts.metrics,
          .key = parts.key,
          .fill = std::move(parts.fill),
          .cluster = lease_ ? &parts.bus : nullptr,
          .epoch = lease_ ? adapters::WsRoom::Epoch([this] { return lease_->epoch(); })
                          : adapters::WsRoom::Epoch(),
          .stop = asking_.get_token()};
}

void Core::go_alone(Parts const& parts) {
  alone_.emplace(islands::Parts{.loop = parts.loop,
                                .bus = parts.bus,
                                .metrics = parts.metrics,
                                .backend = backends_,
                                .engine = engine(parts.loop.wall_now(), parts.random),
                                .stopwatch = steady_micros},
                 island_options(config_));
}

void Core::go_among_others(Parts const& parts) {
  // an epoch is later than those before it, whatever the clocks say
  auto const make = [this, &random = parts.random](std::uint64_t epoch) {
    return engine({static_cast<std::int64_t>(epoch)}, random);
  };
  among_others_.emplace(
      islands::Core::Parts{.loop = parts.loop,
                           .bus = parts.bus,
                           .metrics = parts.metrics,
                           .backend = backends_,
                           .lease = *lease_,
                           .engine = make,
                           .stopwatch = steady_micros,
                           .id = parts.id,
                           .max_peers = static_cast<std::uint32_t>(config_.islands.max_peers)},
      island_options(config_));
}

std::unique_ptr<engine::Engine> Core::engine(WallTime epoch, Random& random) {
  auto settings = engine_settings(config_);
  settings.ids = islands::island_id_head(config_.islands.id_prefix, epoch, random);
  auto engine = sim::make_engine(settings);
  if (!recording_) return engine;
  return std::make_unique<sim::Recorder>(
      std::move(engine), sim::config_line(settings),
      [this](std::string lines) { return recording_->write(std::move(lines)); });
}

void Core::end() {
  among_others_.reset();
  lease_.reset();
  backends_.end();
}

}  // namespace archipelago::realm
