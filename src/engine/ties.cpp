// Looks at the island without the one who wants to go.
#include "engine/ties.hpp"

namespace archipelago::engine {

bool Ties::release(Index body) {
  auto const row = world_.bodies.body[body].island;
  auto const& island = world_.islands[row];
  if (island.size - island.guests <= 1) return false;
  double const width = static_cast<double>(island.max_x) - island.min_x;
  double const depth = static_cast<double>(island.max_z) - island.min_z;
  if (width * width + depth * depth <= world_.leave.squared()) return true;
  x_.clear();
  z_.clear();
  for (auto const member : world_.roster.members(island)) {
    if (member == body || world_.bodies.body[member].island != row) continue;
    x_.push_back(world_.bodies.x[member]);
    z_.push_back(world_.bodies.z[member]);
  }
  if (x_.empty()) return false;
  bool const together = linker_.link(x_, z_, world_.leave) == 1;
  world_.work += linker_.take_work();
  return together;
}

}  // namespace archipelago::engine
