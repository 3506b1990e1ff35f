// Who may go from an island without tearing those apart who stay.
#pragma once

#include <vector>

#include "engine/linker.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Ties {
 public:
  explicit Ties(World& world) : world_(world) {}

  /// Not the last core member, and nobody whom the others need to hang together. Counts who was on
  /// the island when the roster was built, and still is.
  [[nodiscard]] bool release(Index body);

 private:
  void collect(Index row, Index but);

  World& world_;
  Linker linker_;
  std::vector<float> x_, z_;
};

}  // namespace archipelago::engine
