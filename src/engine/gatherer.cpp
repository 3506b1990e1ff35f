// Dissolving islands that nobody needs.
#include "engine/gatherer.hpp"

#include <limits>

namespace archipelago::engine {

void Gatherer::gather(Anchors const& anchors, std::span<Index const> crowd) {
  filled_.assign(crowd.size(), 0);
  for (auto const row : crowd) {
    auto const& island = world_.islands[row];
    if (!island.scattered || !anchors.knows(island) || filled_[island.place] != 0) continue;
    if (growth_.pays(island.size) && anchors.is_superfluous(island, world_.tuning.small))
      dissolve(row, anchors.neighbours(island));
  }
}

void Gatherer::dissolve(Index row, std::span<Index const> around) {
  for (auto const body : world_.roster.members(world_.islands[row])) {
    if (!world_.bodies.body[body].may_be_moved_from(row)) continue;
    auto const to = nearest_with_seat(body, around);
    auto const host = to == kNone ? kNone : ties_.host(body, to);
    if (host == kNone || !ties_.release(body)) continue;
    ties_.move(body, to, host, Cause::gather);
    filled_[world_.islands[to].place] = 1;
    growth_.pay_one();
  }
}

/// By anchor. Not on one that is about to be merged itself.
Index Gatherer::nearest_with_seat(Index body, std::span<Index const> around) const {
  Index best = kNone;
  float nearest = std::numeric_limits<float>::max();
  for (auto const row : around) {
    auto const& island = world_.islands[row];
    if (island.size <= world_.tuning.small || island.size + island.claimed >= world_.tuning.cap)
      continue;
    float const dx = island.anchor_x - world_.bodies.x[body];
    float const dz = island.anchor_z - world_.bodies.z[body];
    if (dx * dx + dz * dz >= nearest) continue;
    nearest = dx * dx + dz * dz;
    best = row;
  }
  return best;
}

}  // namespace archipelago::engine
