// The graph of the stated rule, over cells: cheap, because a cell's players are always connected.
#include "engine/components.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace archipelago::engine {
namespace {
constexpr Index kFew = 8;  // not worth a call of the vectorised search

using Nodes = Index __attribute__((ext_vector_type(Grid::kMostInRun)));
using Bools = bool __attribute__((ext_vector_type(Grid::kMostInRun)));

/// Which of the cells of a run are of another node, the first as the lowest bit. All are compared
/// at once: how many there are, and which, no processor can predict.
std::uint32_t unlike(Index node, Index const* run) {
  Nodes nodes;
  std::memcpy(&nodes, run, sizeof nodes);
  return std::bit_cast<std::uint8_t>(__builtin_convertvector(nodes != node, Bools));
}
}  // namespace

/// Islands first: that leaves few pairs of cells about which something is to be found out.
void Components::settle() {
  connect_islands();
  connect_cells();
  find_survivors();
  merge_islands();
  seat_newcomers();
}

void Components::connect_islands() {
  auto const& grid = world_.grid;
  auto& components = world_.components;
  components.clear(2048 + world_.islands.row_count());
  resize_closely(world_.node_of_cell, grid.cell_count() + Grid::kMostInRun);
  home_.assign(world_.islands.row_count(), kNone);
  for (Index cell = 0, count = grid.cell_count(); cell < count; ++cell) {
    auto const node = connect_people(cell);
    world_.node_of_cell[cell] = node;
    components.add_weight(node, grid.end(cell) - grid.begin(cell));
  }
  for (Index row = 0; row < world_.islands.row_count(); ++row)
    if (auto const guests = world_.islands[row].guests; guests != 0 && home_[row] != kNone)
      components.add_weight(components.root(home_[row]), guests);
}

/// The people of one cell, and their islands. Returns the root.
Index Components::connect_people(Index cell) {
  auto& components = world_.components;
  auto* const home = home_.data();
  auto const* const body = world_.bodies.body.data();
  Index root = kNone;
  for (auto i = world_.grid.begin(cell), end = world_.grid.end(cell); i < end; ++i) {
    auto const row = body[i].island;
    if (row == kNone) continue;
    if (home[row] == kNone) {
      home[row] = root = root == kNone ? components.add() : root;
      continue;
    }
    if (home[row] == root) continue;  // mostly
    auto const theirs = components.root(home[row]);
    root = root == kNone || root == theirs ? theirs : components.unite_roots(root, theirs);
    home[row] = root;
  }
  return root == kNone ? components.add() : root;
}

/// Two components above the cap may stay apart: both are crowds, and nothing else matters. That
/// bounds the work: one of two cells that are compared holds no more than the cap. Among newcomers
/// most cells hang together with nobody yet, and it is faster to see first which ones touch.
void Components::connect_cells() {
  auto* const node = world_.node_of_cell.data();
  auto& components = world_.components;
  bool const is_flood = 2 * world_.newcomers.size() > world_.grid.core_count();
  world_.grid.each_neighbourhood([&, this](Index cell, Index first, Index last) {
    auto others = unlike(node[cell], node + first) & ((1U << (last - first)) - 1);
    if (others == 0) return;  // mostly
    bool const is_seen = is_flood && are_few(cell, first, last);
    if (is_seen) others &= touched(cell, first, last);
    auto mine = node[cell] = components.root(node[cell]);
    for (; others != 0; others &= others - 1) {
      auto const other = first + static_cast<Index>(std::countr_zero(others));
      auto const theirs = node[other] = components.root(node[other]);
      if (mine == theirs || (crowded(mine) && crowded(theirs))) continue;
      if (is_seen || touch(cell, other)) mine = components.unite_roots(mine, theirs);
    }
  });
}

/// Are they few enough to compare each of a cell to all of a run at once?
bool Components::are_few(Index cell, Index first, Index last) const {
  auto const& grid = world_.grid;
  return grid.end(cell) - grid.begin(cell) <= kFew &&
         grid.end(last - 1) - grid.begin(first) <= Reach::kBlock &&
         grid.core_count() >= Reach::kBlock;
}

/// Which cells of a run of few are within join of somebody in a cell of few, the first as the
/// lowest bit.
ARCHIPELAGO_VECTORISED std::uint32_t Components::touched(Index cell, Index first,
                                                         Index last) const {
  auto const& grid = world_.grid;
  auto const *const x = world_.bodies.x.data(), *const z = world_.bodies.z.data();
  auto const from = std::min(grid.begin(first), grid.core_count() - Reach::kBlock);
  world_.work += std::uint64_t{Reach::kBlock} * (grid.end(cell) - grid.begin(cell));
  std::uint32_t people = 0, cells = 0;
  for (auto i = grid.begin(cell); i < grid.end(cell); ++i)
    people |= world_.join.covered_bits(x[i], z[i], x + from, z + from);
  for (auto other = first; other < last; ++other) {
    auto const begin = grid.begin(other) - from, end = grid.end(other) - from;
    auto const theirs = (1U << end) - (1U << begin);
    cells |= ((people & theirs) != 0 ? 1U : 0U) << (other - first);
  }
  return cells;
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
  assign_closely(survivor_, world_.components.size(), kNone);
  for (Index row = 0; row < world_.islands.row_count(); ++row) {
    auto& island = world_.islands[row];
    island.place = kNone;
    if (island.cores == 0) continue;
    auto const root = world_.components.root(home_[row]);
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
  if (!world_.newcomers.empty()) world_.islands.expect(count_orphans());
  for (auto const body : world_.newcomers) {
    auto const root = world_.component_of(body);
    if (crowded(root)) {
      arrivals.push_back(body);
      continue;
    }
    auto& island = survivor_[root];
    if (island == kNone) island = world_.islands.create();
    if (world_.may_be_on(body, island)) world_.shift(body, island, Cause::arrival);
  }
}

/// Components without an island.
std::size_t Components::count_orphans() {
  std::size_t count = 0;
  for (Index node = 0; node < world_.components.size(); ++node) {
    bool const is_root = world_.components.root(node) == node;
    count += is_root && survivor_[node] == kNone && !crowded(node) ? 1 : 0;
  }
  return count;
}

}  // namespace archipelago::engine
