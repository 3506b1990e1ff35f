// The state of the crowd policy, shared by the steps of its flush.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "archipelago/engine.hpp"
#include "engine/bodies.hpp"
#include "engine/directory.hpp"
#include "engine/disjoint_sets.hpp"
#include "engine/grid.hpp"
#include "engine/island_table.hpp"
#include "engine/reach.hpp"
#include "engine/roster.hpp"
#include "engine/tuning.hpp"

namespace archipelago::engine {

struct World {
  World(Limits const& l, CrowdOptions const& options, Hooks h)
      : limits(l),
        tuning(l, options),
        hooks(std::move(h)),
        join(l.join_distance),
        leave(l.leave_distance),
        islands(hooks.new_island_id),
        grid(l.join_distance) {}

  struct Move {
    Index slot, from;
    Cause cause;  ///< the first: why it is not on `from` any more
  };

  /// Puts a body on an island (kNone: on none) and notes where it came from.
  void shift(Index body, Index to, Cause cause);
  /// Moves everybody, guests too; `from` leads to `into` from then on. False, and nothing happens,
  /// if somebody may not.
  bool merge(Index from, Index into);
  /// Of somebody in that island's part of the roster.
  [[nodiscard]] bool is_still_on(Index body, Index island) const {
    return !islands[island].lost || bodies.body[body].island == island;
  }
  /// The component of a core body: a root of `components`. They are ordered as their first cells.
  [[nodiscard]] Index component_of(Index body) {
    return components.root(node_of_cell[grid.cell_of(body)]);
  }
  [[nodiscard]] bool may_be_on(Index body, Index island) const;
  /// All core members of `island`.
  [[nodiscard]] bool all_may_be_on(Island const& island, Index other) const;

  Limits limits;
  Tuning tuning;
  Hooks hooks;
  Reach join, leave;

  Directory players;
  Bodies bodies;
  Raw<Body> spare;  ///< to sort into
  IslandTable islands;
  Grid grid;
  Roster roster;
  DisjointSets components;          ///< of nodes: islands, and cells without any
  std::vector<Index> node_of_cell;  ///< numbered as they are first met, cell by cell

  std::vector<Move> moves;       ///< of this flush, one a player
  std::vector<Index> newcomers;  ///< core bodies without an island, in the grid's order
  std::uint64_t work = 0;
  std::uint64_t arrived = 0;  ///< players, ever
  std::uint64_t adopted = 0;  ///< players, since growth was counted
  double seconds = 2;         ///< since the flush before
};

}  // namespace archipelago::engine
