// Seats for newcomers of a crowd. The work for one is bounded: it looks at samples of the cells
// around it, and at the island that took the newcomer before it in the same cell.
#include "engine/arrivals.hpp"

#include <algorithm>

#include "engine/number_sort.hpp"

namespace archipelago::engine {
namespace {
constexpr Index kSamples = 32;      // of one cell
constexpr float kSeedSpread = 10;   // m, of an island of one
constexpr float kLeastCut = 1e-6F;  // m; a group that is smaller is not cut into slices
}  // namespace

void Arrivals::seat(std::span<Index const> newcomers, std::vector<Index>& crowd) {
  last_cell_ = kNone;
  Raw<Numbered> order(newcomers.size());  // by component
  std::ranges::transform(newcomers, order.begin(),
                         [this](Index body) { return Numbered{world_.component_of(body), body}; });
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
  release(behind_);
  release(slice_);
}

void Arrivals::seat_group(std::span<Newcomer> group, std::vector<Index>& crowd) {
  auto const all = world_.components.weight(world_.component_of(group[0].body));
  if (group.size() > std::max<std::size_t>(world_.tuning.cap, all / 3)) return bisect(group, crowd);
  for (auto const& newcomer : group) seat_one(newcomer.body, crowd);
}

Arrivals::Range Arrivals::range_of(std::span<Newcomer const> group, Axis axis) {
  Range range{group[0].*axis, group[0].*axis};
  for (auto const& newcomer : group) {
    range.least = std::min(range.least, newcomer.*axis);
    range.most = std::max(range.most, newcomer.*axis);
  }
  return range;
}

/// Cuts across the longer side until a part fits an island with some seats to spare. Everybody
/// stays in the order of the grid.
void Arrivals::bisect(std::span<Newcomer> group, std::vector<Index>& crowd) {
  auto const most = std::max<std::size_t>(1, (world_.tuning.full + world_.tuning.loose) / 2);
  auto const parts = (group.size() + most - 1) / most;
  world_.work += group.size();
  if (parts <= 1) return found_islands(group, crowd);
  auto const west_east = range_of(group, &Newcomer::x);
  auto const north_south = range_of(group, &Newcomer::z);
  bool const wide = west_east.length() >= north_south.length();
  auto const axis = wide ? &Newcomer::x : &Newcomer::z;
  auto const middle = group.size() * (parts / 2) / parts;
  auto const cut = find_cut(group, middle, axis, wide ? west_east : north_south);
  behind_.resize(group.size() - middle);
  auto *before = group.data(), *behind = behind_.data();
  for (auto const newcomer : group) {  // without a branch: who is where cannot be predicted
    bool const is_before = precedes(newcomer, cut, axis);
    *(is_before ? before : behind) = newcomer;
    before += is_before ? 1 : 0;
    behind += is_before ? 0 : 1;
  }
  std::ranges::copy(behind_, before);
  bisect(group.first(middle), crowd);
  bisect(group.subspan(middle), crowd);
}

/// The one before whom so many are. Compares those only who are in the same slice.
Arrivals::Newcomer Arrivals::find_cut(std::span<Newcomer const> group, std::size_t place, Axis axis,
                                      Range const& range) {
  constexpr Index kSlices = 256;
  auto const per_metre = range.length() > kLeastCut ? float{kSlices} / range.length() : 0;
  auto const slice_of = [&](Newcomer const& newcomer) {
    return std::min(kSlices - 1, static_cast<Index>((newcomer.*axis - range.least) * per_metre));
  };
  std::array<Index, kSlices> people{};
  for (auto const& newcomer : group) ++people[slice_of(newcomer)];
  Index slice = 0;
  for (; place >= people[slice]; ++slice) place -= people[slice];
  slice_.clear();
  for (auto const& newcomer : group)
    if (slice_of(newcomer) == slice) slice_.push_back(newcomer);
  auto const cut = slice_.begin() + static_cast<std::ptrdiff_t>(place);
  std::ranges::nth_element(
      slice_, cut, [axis](Newcomer const& a, Newcomer const& b) { return precedes(a, b, axis); });
  return *cut;
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
