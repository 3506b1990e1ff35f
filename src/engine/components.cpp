// The graph of the stated rule, over cells: cheap, because a cell's players are always connected.
#include "engine/components.hpp"

namespace archipelago::engine {
namespace {
constexpr Index kFew = 8;              // not worth a call of the vectorised search
constexpr Index kCrowd = 0xFFFF'FFFE;  // the label of all components above the cap
}  // namespace

/// Islands first: that leaves few pairs of cells about which something is to be found out.
void Components::settle() {
  connect_islands();
  label_cells();
  connect_cells();
  find_survivors();
  merge_islands();
  seat_newcomers();
}

void Components::connect_islands() {
  auto const& grid = world_.grid;
  auto& cells = world_.cells;
  cells.reset(grid.cell_count());
  home_.assign(world_.islands.row_count(), kNone);
  auto* const home = home_.data();
  auto const* const body = world_.bodies.body.data();
  for (Index cell = 0, count = grid.cell_count(); cell < count; ++cell) {
    auto const end = grid.end(cell);
    cells.set_weight(cell, cells.weight(cell) + end - grid.begin(cell) - 1);
    auto root = cells.root(cell);
    for (auto i = grid.begin(cell), last = kNone; i < end; ++i) {
      auto const row = body[i].island;
      if (row == last || row == kNone) continue;
      last = row;
      if (home[row] == kNone)
        home[row] = cell;
      else if (auto const theirs = cells.root(home[row]); theirs != root)
        root = cells.unite_roots(root, theirs);
    }
  }
  for (Index row = 0; row < world_.islands.row_count(); ++row)
    if (auto const guests = world_.islands[row].guests; guests != 0 && home[row] != kNone)
      cells.add_weight(cells.root(home[row]), guests);
}

/// Cells with the same label need not be compared.
void Components::label_cells() {
  label_.resize(world_.grid.cell_count());
  for (Index cell = 0; cell < label_.size(); ++cell) label_[cell] = label_of(cell);
}

/// Two components above the cap may stay apart: both are crowds, and nothing else matters.
Index Components::label_of(Index cell) {
  auto const root = world_.cells.root(cell);
  return crowded(root) ? kCrowd : root;
}

void Components::connect_cells() {
  auto const* const label = label_.data();
  world_.grid.each_neighbourhood([this, label](Index cell, Index first, Index last) {
    for (auto other = first; other < last; ++other)
      if (label[other] != label[cell]) compare(cell, other);
  });
}

/// Never two crowds, which bounds the work: one of the two cells holds no more than the cap.
void Components::compare(Index cell, Index other) {
  auto const mine = label_[cell] = label_of(cell);
  auto const theirs = label_[other] = label_of(other);
  if (mine == theirs || !touch(cell, other)) return;
  world_.cells.unite(cell, other);
  label_[cell] = label_[other] = label_of(cell);
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
    if (world_.may_be_on(body, island)) world_.shift(body, island, Cause::arrival);
  }
}

}  // namespace archipelago::engine
