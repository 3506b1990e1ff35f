// Worlds for the benchmark: everybody moves, the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archipelago/engine.hpp"

namespace archipelago::engine::bench {

class World {
 public:
  /// city, plazas, crowd (ENGINE.md 2), or hostile: point, line, walls (64.4 m apart), corners (of
  /// the world), flapping (across leave distance).
  World(std::string_view kind, std::size_t players);

  /// One of five walks at 3 m/s, the others stroll.
  void step();
  void report(Engine& engine) const;
  [[nodiscard]] std::vector<std::string> const& ids() const { return ids_; }

 private:
  double chance();
  double gauss();
  Position spot(std::size_t player);
  Position hostile_spot(std::size_t player);
  [[nodiscard]] bool is(std::string_view kind) const { return kind_ == kind; }

  std::string kind_;
  std::uint64_t seed_ = 1;
  double half_, radius_;
  std::uint32_t steps_ = 0;
  std::vector<Position> hotspots_, home_, at_;
  std::vector<float> vx_, vz_;  ///< m in two seconds
  std::vector<std::string> ids_;
};

}  // namespace archipelago::engine::bench
