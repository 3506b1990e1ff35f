// Splits and merges after the moves of a crowd.
#include "engine/mender.hpp"

#include <algorithm>
#include <limits>

namespace archipelago::engine {
namespace {
constexpr std::size_t kEnough = 32;  // partners to choose from, where thousands are in one place
}

void Mender::mend(std::vector<Index>& crowd) {
  if (crowd.empty()) return;
  world_.roster.build(world_.bodies, world_.grid.core_count(), world_.islands);
  split(crowd);
  merge_small(crowd);
}

void Mender::split(std::vector<Index>& crowd) {
  for (std::size_t i = 0, before = crowd.size(); i < before; ++i) {
    auto const& island = world_.islands[crowd[i]];
    if (island.cores == 0 || !island.disturbed || !splitter_.split(crowd[i])) continue;
    crowd.insert(crowd.end(), splitter_.created().begin(), splitter_.created().end());
  }
  world_.work += splitter_.take_work();
}

/// Smallest first, youngest of equals. Once through is enough: growing never makes two islands
/// mergeable that were not.
void Mender::merge_small(std::vector<Index> const& crowd) {
  small_.clear();
  for (auto const row : crowd)
    if (world_.islands[row].cores != 0 && world_.islands[row].size <= world_.tuning.merge_most)
      small_.push_back(row);
  if (small_.empty()) return;
  std::ranges::sort(small_, [this](Index a, Index b) {
    auto const &x = world_.islands[a], &y = world_.islands[b];
    return x.size != y.size ? x.size < y.size : x.born > y.born;
  });
  heirs_.assign(world_.islands.row_count(), kNone);
  of_size_.assign(world_.tuning.cap + 1, 0);
  for (auto const row : crowd)
    if (world_.islands[row].cores != 0) ++of_size_[world_.islands[row].size];
  least_ = 1;
  sort_by_west(crowd);
  for (auto const row : small_) {
    if (2 * united_ > by_west_.size()) sort_by_west(crowd);
    if (heirs_[row] == kNone) merge_while_it_can(row);
  }
}

/// Those that can still be merged with something.
void Mender::sort_by_west(std::vector<Index> const& crowd) {
  by_west_.clear();
  widest_ = 0;
  united_ = 0;
  for (auto const row : crowd) {
    auto const& island = world_.islands[row];
    if (island.cores == 0 || heirs_[row] != kNone || island.size >= world_.tuning.cap) continue;
    by_west_.push_back({island.min_x, row});
    widest_ = std::max(widest_, island.max_x - island.min_x);
  }
  std::ranges::sort(by_west_, [](Entry const& a, Entry const& b) {
    return a.west != b.west ? a.west < b.west : a.row < b.row;
  });
}

void Mender::merge_while_it_can(Index row) {
  while (heirs_[row] == kNone) {
    while (least_ < world_.tuning.cap && of_size_[least_] == 0) ++least_;
    if (!world_.tuning.merges(world_.islands[row].size, least_)) return;
    auto const other = partner(row);
    if (other == kNone || !unite(row, other)) return;
  }
}

Index Mender::heir(Index row) const {
  while (heirs_[row] != kNone) row = heirs_[row];
  return row;
}

/// The nearest that it may be merged with. An island is found by any of those that it absorbed, so
/// that the order by west need not change.
Index Mender::partner(Index row) {
  auto const& island = world_.islands[row];
  auto const reach = world_.limits.join_distance * 1.001F;  // exactness is adjacent()'s affair
  auto const first =
      std::ranges::lower_bound(by_west_, island.min_x - reach - widest_ * 1.001F, {}, &Entry::west);
  Index best = kNone;
  float nearest = std::numeric_limits<float>::max();
  std::size_t choice = 0;
  for (auto entry = first; entry != by_west_.end() && entry->west <= island.max_x + reach;
       ++entry) {
    ++world_.work;
    auto const candidate = heir(entry->row);
    auto const& other = world_.islands[candidate];
    if (candidate == row || candidate == best || !world_.tuning.merges(island.size, other.size))
      continue;
    if (best != kNone && ++choice > kEnough) break;
    float const dx = (island.min_x - other.min_x) + (island.max_x - other.max_x);
    float const dz = (island.min_z - other.min_z) + (island.max_z - other.max_z);
    auto const distance = dx * dx + dz * dz;
    if (distance > nearest || (distance == nearest && other.born > world_.islands[best].born))
      continue;
    if (!adjacent(island, other)) continue;
    nearest = distance;
    best = candidate;
  }
  return best;
}

bool Mender::adjacent(Island const& a, Island const& b) {
  if (!world_.join.covers_gap(std::max(a.min_x - b.max_x, b.min_x - a.max_x),
                              std::max(a.min_z - b.max_z, b.min_z - a.max_z)))
    return false;
  auto const x = world_.roster.xs(a), z = world_.roster.zs(a);
  auto const others_x = world_.roster.xs(b), others_z = world_.roster.zs(b);
  for (std::size_t i = 0; i < x.size(); ++i) {
    world_.work += others_x.size();
    if (world_.join.covers_any(x[i], z[i], others_x.data(), others_z.data(), others_x.size()))
      return true;
  }
  return false;
}

/// The larger survives, the older of equals.
bool Mender::unite(Index a, Index b) {
  auto const &x = world_.islands[a], &y = world_.islands[b];
  bool const a_survives = x.size != y.size ? x.size > y.size : x.born < y.born;
  auto const into = a_survives ? a : b, from = a_survives ? b : a;
  auto const larger = world_.islands[into].size, smaller = world_.islands[from].size;
  if (!world_.merge(from, into)) return false;
  --of_size_[larger];
  --of_size_[smaller];
  ++of_size_[larger + smaller];
  ++united_;
  world_.roster.absorb(world_.islands[into], world_.islands[from]);
  world_.roster.frame(world_.islands[into]);
  heirs_[from] = into;
  return true;
}

}  // namespace archipelago::engine
