// A synthetic world, told to an engine flush by flush, and measured.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "archipelago/engine.hpp"
#include "sim/meters.hpp"
#include "sim/report.hpp"
#include "sim/wishes.hpp"
#include "sim/world.hpp"

namespace archipelago::sim {

struct SimulationOptions {
  WorldOptions world;
  std::size_t warmup = 30;    ///< flushes that are not measured
  std::size_t flushes = 120;  ///< that are
  double wishes = 0;          ///< share of arrivals that wish to join a friend, [0, 1]
  bool show_islands = false;
  std::function<void(std::string_view line)> say;  ///< every flush as a line; empty: none
  std::function<void(std::size_t done, std::size_t of)> progress;  ///< empty: not told
  CpuClock cpu = [] { return std::chrono::nanoseconds{}; };
};

/// Everybody reports at every flush. The policy's and the world's names are the caller's to fill
/// in.
[[nodiscard]] Report simulate(SimulationOptions const& options, engine::Engine& engine);

}  // namespace archipelago::sim
