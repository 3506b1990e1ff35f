// The largest part keeps the island, the one with the longest-standing member of equals.
#include "engine/splitter.hpp"

#include <algorithm>

namespace archipelago::engine {

void Splitter::split_all() {
  for (Index row = 0, before = world_.islands.row_count(); row < before; ++row)
    if (world_.islands[row].cores != 0) split(row);
  world_.work += take_work();
}

bool Splitter::split(Index row) {
  auto& island = world_.islands[row];
  world_.roster.frame(island);
  double const width = static_cast<double>(island.max_x) - island.min_x;
  double const depth = static_cast<double>(island.max_z) - island.min_z;
  if (width * width + depth * depth <= world_.leave.squared()) return false;
  auto const groups =
      linker_.link(world_.roster.xs(island), world_.roster.zs(island), world_.leave);
  if (groups < 2) return false;
  regroup(row, keeper(row), groups);
  return true;
}

std::uint32_t Splitter::keeper(Index row) const {
  auto const members = world_.roster.members(world_.islands[row]);
  std::uint32_t best = 0;
  std::uint64_t eldest = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto const group = linker_.group(i);
    auto const born = world_.players.born(world_.bodies.body[members[i]].slot);
    auto const count = linker_.count(group), most = linker_.count(best);
    if (i == 0 || count > most || (count == most && born < eldest)) {
      best = group;
      eldest = born;
    }
  }
  return best;
}

/// Sorts the island's part of the roster by group; each group becomes an island of its own.
void Splitter::regroup(Index row, std::uint32_t keeper, std::uint32_t groups) {
  auto const island = world_.islands[row];  // a copy: creating islands moves the table
  auto const members = world_.roster.members(island);
  auto const xs = world_.roster.xs(island), zs = world_.roster.zs(island);
  body_.assign(members.begin(), members.end());
  x_.assign(xs.begin(), xs.end());
  z_.assign(zs.begin(), zs.end());
  offset_.assign(groups, 0);
  for (std::uint32_t g = 1; g < groups; ++g) offset_[g] = offset_[g - 1] + linker_.count(g - 1);
  std::vector<Index> rows(groups, row);
  created_.clear();
  for (std::uint32_t g = 0; g < groups; ++g) {
    if (g != keeper) created_.push_back(rows[g] = world_.islands.create());
    world_.islands[rows[g]].first = island.first + offset_[g];
    world_.islands[rows[g]].cores = linker_.count(g);
  }
  for (std::size_t i = 0; i < body_.size(); ++i) {
    auto const group = linker_.group(i);
    auto const o = offset_[group]++;
    members[o] = body_[i];
    xs[o] = x_[i];
    zs[o] = z_[i];
    world_.shift(body_[i], rows[group], Cause::split);
  }
  for (auto const r : rows) world_.roster.frame(world_.islands[r]);
}

}  // namespace archipelago::engine
