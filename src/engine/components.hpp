// Who hangs together: pairs within join, and the members of an island. A component within the cap
// becomes one island; larger ones are left to the crowd.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/world.hpp"

namespace archipelago::engine {

class Components {
 public:
  explicit Components(World& world) : world_(world) {}

  /// Needs a sorted grid and a roster of islands that hang together. Afterwards whoever is not in a
  /// crowd is on its island.
  void settle();

  /// Of this flush: islands of crowds (Island::place is their place here), and newcomers there.
  std::vector<Index> crowd;
  std::vector<Index> arrivals;

 private:
  void connect_islands();
  [[nodiscard]] Index connect_people(Index cell);
  void connect_cells();
  [[nodiscard]] bool are_few(Index cell, Index first, Index last) const;
  ARCHIPELAGO_VECTORISED std::uint32_t touched(Index cell, Index first, Index last) const;
  [[nodiscard]] bool touch(Index a, Index b);
  void find_survivors();
  void merge_islands();
  void seat_newcomers();
  [[nodiscard]] std::size_t count_orphans();
  [[nodiscard]] bool crowded(Index root) const {
    return world_.components.weight(root) > world_.tuning.cap;
  }

  World& world_;
  std::vector<Index> home_;      ///< by island: its node
  std::vector<Index> survivor_;  ///< by root
};

}  // namespace archipelago::engine
