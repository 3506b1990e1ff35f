// The graph of the stated rule, over cells: cheap, because a cell's players are always connected.
#include "engine/components.hpp"

namespace archipelago::engine {
namespace {
constexpr Index kFew = 8;  // not worth a call of the vectorised search
}

void Components::settle() {
  connect_cells();
  connect_islands();
  find_survivors();
  merge_islands();
  seat_newcomers();
}

void Components::connect_cells() {
  auto const& grid = world_.grid;
  world_.cells.reset(grid.cell_count());
  in_crowd_.assign(grid.cell_count(), 0);
  for (Index cell = 0; cell < grid.cell_count(); ++cell)
    world_.cells.set_weight(cell, grid.end(cell) - grid.begin(cell));
  grid.each_neighbourhood(
      [this](Index cell, Index first, Index last) { connect(cell, first, last); });
}

/// Two components above the cap may stay apart: both are crowds, and nothing else matters. That is
/// what bounds the work: of two cells that are compared, one holds no more than the cap.
void Components::connect(Index cell, Index first, Index last) {
  auto& cells = world_.cells;
  auto root = cells.root(cell);
  bool is_crowd = crowded(root);
  for (auto other = first; other < last; ++other) {
    if (is_crowd && in_crowd_[other] != 0) continue;
    auto const theirs = cells.root(other);
    if (theirs != root && !(is_crowd && crowded(theirs))) {
      if (!touch(cell, other)) continue;
      root = cells.unite_roots(root, theirs);
      is_crowd = crowded(root);
    }
    if (is_crowd) in_crowd_[other] = 1;
  }
  if (is_crowd) in_crowd_[cell] = 1;
}

bool Components::touch(Index a, Index b) {
  auto const& grid = world_.grid;
  if (grid.end(a) - grid.begin(a) > grid.end(b) - grid.begin(b)) std::swap(a, b);
  auto const* x = world_.bodies.x.data();
  auto const* z = world_.bodies.z.data();
  auto const first = grid.begin(b), count = grid.end(b) - first;
  for (auto i = grid.begin(a); i < grid.end(a); ++i) {
    world_.work += count;
    if (count > kFew) {
      if (world_.join.covers_any(x[i], z[i], x + first, z + first, count)) return true;
      continue;
    }
    for (auto j = first; j < first + count; ++j)
      if (world_.join.covers(x[i], z[i], x[j], z[j])) return true;
  }
  return false;
}

void Components::connect_islands() {
  for (Index row = 0; row < world_.islands.row_count(); ++row) {
    auto const& island = world_.islands[row];
    if (island.cores == 0) continue;
    auto const members = world_.roster.members(island);
    auto const home = world_.grid.cell_of(members.front());
    auto root = world_.cells.root(home);
    for (auto last = home; auto const body : members) {
      auto const cell = world_.grid.cell_of(body);
      if (cell == last) continue;
      last = cell;
      auto const theirs = world_.cells.root(cell);
      if (theirs != root) root = world_.cells.unite_roots(root, theirs);
    }
    if (island.guests != 0) world_.cells.add_weight(root, island.guests);
  }
}

/// On a merge the largest island's id survives, the oldest of equals.
void Components::find_survivors() {
  crowd.clear();
  survivor_.assign(world_.grid.cell_count(), kNone);
  for (Index row = 0; row < world_.islands.row_count(); ++row) {
    auto& island = world_.islands[row];
    island.place = kNone;
    if (island.cores == 0) continue;
    auto const root = world_.cells.root(world_.grid.cell_of(world_.roster.members(island)[0]));
    island.root = root;
    if (crowded(root)) {
      island.place = static_cast<Index>(crowd.size());
      crowd.push_back(row);
      continue;
    }
    island.anchored = false;
    auto& best = survivor_[root];
    if (best == kNone || island.size > world_.islands[best].size ||
        (island.size == world_.islands[best].size && island.born < world_.islands[best].born))
      best = row;
  }
}

void Components::merge_islands() {
  for (Index row = 0, before = world_.islands.row_count(); row < before; ++row) {
    auto const& island = world_.islands[row];
    if (island.cores == 0 || island.place != kNone) continue;
    if (auto const into = survivor_[island.root]; into != row) world_.merge(row, into);
  }
}

void Components::seat_newcomers() {
  arrivals.clear();
  for (auto const body : world_.newcomers) {
    auto const root = world_.cells.root(world_.grid.cell_of(body));
    if (crowded(root)) {
      arrivals.push_back(body);
      continue;
    }
    auto& island = survivor_[root];
    if (island == kNone) island = world_.islands.create();
    if (world_.may_be_on(body, island)) world_.shift(body, island);
  }
}

}  // namespace archipelago::engine
