// Core members by island, with their positions side by side.
#pragma once

#include <span>
#include <vector>

#include "engine/bodies.hpp"
#include "engine/island_table.hpp"

namespace archipelago::engine {

class Roster {
 public:
  /// Of the first `cores` bodies; who has no island is left out. Sets first and cores of every
  /// island.
  void build(Bodies const& bodies, Index cores, IslandTable& islands);

  [[nodiscard]] std::span<Index> members(Island const& island) {
    return std::span(body_).subspan(island.first, island.cores);
  }
  [[nodiscard]] std::span<Index const> members(Island const& island) const {
    return std::span(body_).subspan(island.first, island.cores);
  }
  [[nodiscard]] std::span<float> xs(Island const& island) {
    return std::span(x_).subspan(island.first, island.cores);
  }
  [[nodiscard]] std::span<float> zs(Island const& island) {
    return std::span(z_).subspan(island.first, island.cores);
  }

  /// Forgets all members and gives the memory back.
  void clear() {
    release(body_);
    release(x_);
    release(z_);
  }

  /// Gives `into` the members of `from` as well.
  void absorb(Island& into, Island const& from);

  /// Computes the box around an island that has core members.
  void frame(Island& island) const;

 private:
  Raw<Index> body_;
  Raw<float> x_, z_;
  std::vector<Index> next_;  ///< while building: by island, its next place
};

}  // namespace archipelago::engine
