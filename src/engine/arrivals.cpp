// Seats for newcomers of a crowd. The work for one is bounded: it looks at samples of the cells
// around it, and at the island that took the newcomer before it in the same cell.
#include "engine/arrivals.hpp"

#include <algorithm>

#include "engine/number_sort.hpp"

namespace archipelago::engine {
namespace {
constexpr Index kSamples = 32;     // of one cell
constexpr float kSeedSpread = 10;  // m, of an island of one
}  // namespace

void Arrivals::seat(std::span<Index const> newcomers, std::vector<Index>& crowd) {
  last_cell_ = kNone;
  std::vector<Numbered> order;  // by component
  order.reserve(newcomers.size());
  for (auto const body : newcomers) order.push_back({world_.component_of(body), body});
  sort_by_number(order);
  std::vector<Newcomer> group;
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto const body = order[i].row;
    group.push_back({world_.bodies.x[body], world_.bodies.z[body], body});
    if (i + 1 < order.size() && order[i + 1].number == order[i].number) continue;
    seat_group(group, crowd);
    group.clear();
  }
  world_.work += linker_.take_work();
}

void Arrivals::seat_group(std::span<Newcomer> group, std::vector<Index>& crowd) {
  auto const all = world_.components.weight(world_.component_of(group[0].body));
  if (group.size() > std::max<std::size_t>(world_.tuning.cap, all / 3)) return bisect(group, crowd);
  for (auto const& newcomer : group) seat_one(newcomer.body, crowd);
}

/// Cuts across the longer side until a part fits an island with some seats to spare.
void Arrivals::bisect(std::span<Newcomer> group, std::vector<Index>& crowd) {
  auto const most = std::max<std::size_t>(1, (world_.tuning.full + world_.tuning.loose) / 2);
  auto const parts = (group.size() + most - 1) / most;
  world_.work += group.size();
  if (parts <= 1) return found_islands(group, crowd);
  auto const [west, east] = std::ranges::minmax(group, {}, &Newcomer::x);
  auto const [north, south] = std::ranges::minmax(group, {}, &Newcomer::z);
  auto const axis = east.x - west.x >= south.z - north.z ? &Newcomer::x : &Newcomer::z;
  auto const middle = group.size() * (parts / 2) / parts;
  std::ranges::nth_element(group, group.begin() + static_cast<std::ptrdiff_t>(middle),
                           [axis](Newcomer const& a, Newcomer const& b) {
                             return a.*axis != b.*axis ? a.*axis < b.*axis : a.body < b.body;
                           });
  bisect(group.first(middle), crowd);
  bisect(group.subspan(middle), crowd);
}

/// A part need not hang together by itself.
void Arrivals::found_islands(std::span<Newcomer const> group, std::vector<Index>& crowd) {
  std::vector<float> x, z;
  x.reserve(group.size());
  z.reserve(group.size());
  for (auto const& newcomer : group) {
    x.push_back(newcomer.x);
    z.push_back(newcomer.z);
  }
  std::vector<Index> rows(linker_.link(x, z, world_.join), kNone);
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto& row = rows[linker_.group(i)];
    if (row == kNone) {
      row = found(group[i].body, crowd);
      world_.islands[row].anchored = false;  // its centre is not known yet
    } else if (world_.may_be_on(group[i].body, row)) {
      world_.shift(group[i].body, row, Cause::arrival);
    }
  }
}

void Arrivals::seat_one(Index body, std::vector<Index>& crowd) {
  look_around(body);
  auto const cell = world_.grid.cell_of(body);
  if (cell == last_cell_) consider(body, last_island_);
  auto island = choose();
  if (island == kNone)
    island = found(body, crowd);
  else if (world_.may_be_on(body, island))
    world_.shift(body, island, Cause::arrival);
  last_cell_ = cell;
  last_island_ = island;
}

void Arrivals::look_around(Index body) {
  candidate_count_ = 0;
  auto const& bodies = world_.bodies;
  auto const x = bodies.x[body], z = bodies.z[body];
  world_.grid.each_run_around(x, z, [&](Index first, Index last) {
    for (auto cell = first; cell < last; ++cell) {
      auto const end = world_.grid.end(cell);
      auto const step = std::max<Index>(1, (end - world_.grid.begin(cell)) / kSamples);
      for (auto i = world_.grid.begin(cell); i < end; i += step) {
        ++world_.work;
        auto const island = bodies.body[i].island;
        if (island != kNone && world_.join.covers(x, z, bodies.x[i], bodies.z[i]))
          consider(body, island);
      }
    }
  });
}

void Arrivals::consider(Index body, Index row) {
  auto const& island = world_.islands[row];
  if (island.size + island.claimed >= world_.tuning.cap) return;
  if (candidate_count_ == candidates_.size()) return;
  for (std::size_t i = 0; i < candidate_count_; ++i)
    if (candidates_[i].island == row) return;
  auto const dx = island.anchor_x - world_.bodies.x[body];
  auto const dz = island.anchor_z - world_.bodies.z[body];
  candidates_[candidate_count_++] = {row, dx * dx + dz * dz + island.price};
}

/// The cheapest that is not full; one that nearly is, only if it is clearly cheaper.
Index Arrivals::choose() const {
  auto const cheapest = [this](bool full) {
    Candidate best{kNone, 0};
    for (auto const& c : std::span(candidates_).first(candidate_count_)) {
      auto const& island = world_.islands[c.island];
      if ((island.size + island.claimed >= world_.tuning.full) != full) continue;
      bool const first = best.island == kNone;
      if (first || c.cost < best.cost ||
          (c.cost == best.cost && island.born < world_.islands[best.island].born))
        best = c;
    }
    return best;
  };
  auto const open = cheapest(false), nearly_full = cheapest(true);
  if (nearly_full.island == kNone) return open.island;
  auto const spread = world_.islands[nearly_full.island].spread;
  bool const clearly =
      open.island == kNone || nearly_full.cost + 0.5F * spread * spread < open.cost;
  return clearly ? nearly_full.island : open.island;
}

Index Arrivals::found(Index body, std::vector<Index>& crowd) {
  auto const row = world_.islands.create();
  auto& island = world_.islands[row];
  island.place = static_cast<Index>(crowd.size());
  island.anchored = true;
  island.anchor_x = island.min_x = island.max_x = world_.bodies.x[body];
  island.anchor_z = island.min_z = island.max_z = world_.bodies.z[body];
  island.spread = kSeedSpread;
  crowd.push_back(row);
  if (world_.may_be_on(body, row)) world_.shift(body, row, Cause::arrival);
  return row;
}

}  // namespace archipelago::engine
