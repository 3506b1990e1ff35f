// What `archipelago simulate` was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/trace_player.hpp"

namespace archipelago::cli {

struct SimulateOptions {
  std::string trace;  ///< file, or "-"; empty: a world
  std::string world;
  std::string mobility = "mixed";
  std::size_t peers = 1'000;
  std::size_t flushes = 120;
  std::size_t warmup = 30;
  std::uint64_t seed = 1;
  std::optional<double> turnover;
  double wishes = 0;
  sim::Overrides engine;
  bool islands = false;
  bool quiet = false;
  std::string report = "table";  ///< or json
  std::string record;            ///< file; empty: none
  std::string explain;           ///< a player; empty: nobody
};

/// Runs it: lines on stdout, everything for people on stderr. Returns the exit status; throws what
/// std::exception says when a file cannot be used.
int simulate(SimulateOptions const& options);

}  // namespace archipelago::cli
