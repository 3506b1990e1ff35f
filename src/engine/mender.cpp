// Splits and merges after the moves of a crowd.
#include "engine/mender.hpp"

#include <algorithm>
#include <limits>

namespace archipelago::engine {
namespace {
constexpr std::size_t kFew = 8;  // small islands of one cell that may each look for the nearest

/// The square of twice the distance between the middles of their boxes.
float between(Island const& a, Island const& b) {
  float const dx = (a.min_x - b.min_x) + (a.max_x - b.max_x);
  float const dz = (a.min_z - b.min_z) + (a.max_z - b.max_z);
  return dx * dx + dz * dz;
}

}  // namespace

void Mender::mend(std::vector<Index>& crowd) {
  bool const is_well = std::ranges::none_of(crowd, [this](Index row) {
    auto const& island = world_.islands[row];
    return island.torn || world_.tuning.looks(island.size);
  });
  if (is_well) return;  // mostly, where nobody comes or goes
  world_.roster.build(world_.bodies, world_.grid.core_count(), world_.islands);
  split(crowd);
  merge_small(crowd);
}

void Mender::bring_together(std::vector<Index>& crowd) {
  std::size_t people = 0;
  for (auto const row : crowd) people += world_.islands[row].size;
  if (crowd.size() * world_.tuning.small < people) return;
  merge_small(crowd);
  std::erase_if(crowd, [this](Index row) { return world_.islands[row].retired; });
  for (Index place = 0; place < crowd.size(); ++place) world_.islands[crowd[place]].place = place;
}

void Mender::split(std::vector<Index>& crowd) {
  for (std::size_t i = 0, before = crowd.size(); i < before; ++i) {
    auto& island = world_.islands[crowd[i]];
    if (island.cores == 0 || !island.disturbed) continue;
    if (!island.torn)
      world_.roster.frame(island);
    else if (splitter_.split(crowd[i]))
      crowd.insert(crowd.end(), splitter_.created().begin(), splitter_.created().end());
  }
  world_.work += splitter_.take_work();
}

/// Smallest first. Once through is enough: growing never makes two islands mergeable that were not,
/// and of two that are, the smaller one looks.
void Mender::merge_small(std::vector<Index> const& crowd) {
  small_.clear();
  for (auto const row : crowd) {
    auto const& island = world_.islands[row];
    if (island.cores != 0 && world_.tuning.looks(island.size)) small_.push_back(row);
  }
  if (small_.empty()) return;
  std::ranges::sort(small_, [this](Index a, Index b) {
    auto const &x = world_.islands[a], &y = world_.islands[b];
    return x.size != y.size ? x.size < y.size : x.born > y.born;
  });
  thin_out();
  search_ = 0;
  seen_.assign(world_.grid.cell_count(), search_);
  for (auto const row : small_) merge_while_it_can(row);
}

/// Where thousands are in one cell, and so next to each other, not each of them looks at all
/// others.
void Mender::thin_out() {
  squats_.clear();
  for (Index place = 0; place < small_.size(); ++place) {
    Index last = kNone;
    for (auto const body : world_.roster.members(world_.islands[small_[place]]))
      if (auto const cell = world_.grid.cell_of(body); std::exchange(last, cell) != cell)
        squats_.emplace_back(cell, place);
  }
  world_.work += squats_.size();
  std::ranges::sort(squats_);
  for (std::size_t i = 0, first = 0; i < squats_.size(); ++i) {
    if (i + 1 < squats_.size() && squats_[i + 1].first == squats_[first].first) continue;
    if (i + 1 - first > kFew) merge_along(first, i + 1);
    first = i + 1;
  }
}

/// Each with what became of those before it. One that looks is left, at most.
void Mender::merge_along(std::size_t first, std::size_t last) {
  Index row = kNone;
  for (auto i = first; i < last; ++i) {
    auto const next = small_[squats_[i].second];
    if (world_.islands[next].retired) continue;
    auto const united = row == kNone ? next : unite(row, next);
    if (united != kNone)
      row = united;
    else if (world_.islands[next].size < world_.islands[row].size)
      row = next;
  }
}

void Mender::merge_while_it_can(Index row) {
  if (world_.islands[row].retired) return;
  ++search_;
  around_.clear();
  look_around(row);
  while (world_.tuning.looks(world_.islands[row].size)) {
    auto const other = partner(row);
    if (other == kNone || unite(row, other) != row) return;
    look_around(other);
  }
}

/// The nearest that it may be merged with.
Index Mender::partner(Index row) {
  auto const& island = world_.islands[row];
  Index best = kNone, worse = row;
  float nearest = std::numeric_limits<float>::max();
  for (auto const cell : around_) {
    world_.work += world_.grid.end(cell) - world_.grid.begin(cell);
    for (auto i = world_.grid.begin(cell); i < world_.grid.end(cell); ++i) {
      auto const candidate = world_.bodies.body[i].island;
      if (candidate == row || candidate == best || candidate == worse || candidate == kNone)
        continue;
      auto const& other = world_.islands[candidate];
      auto const distance = between(island, other);
      bool const better =
          distance != nearest ? distance < nearest : other.born < world_.islands[best].born;
      if (!better || !world_.tuning.merges(island.size, other.size)) {
        worse = candidate;
        continue;
      }
      if (!is_next_to(i, island)) continue;
      nearest = distance;
      best = candidate;
    }
  }
  return best;
}

/// Adds the cells where somebody may be who is near to a member.
void Mender::look_around(Index row) {
  Index last = kNone;
  for (auto const body : world_.roster.members(world_.islands[row])) {
    if (std::exchange(last, world_.grid.cell_of(body)) == world_.grid.cell_of(body)) continue;
    world_.grid.each_run_around(world_.bodies.x[body], world_.bodies.z[body],
                                [this](Index first, Index end) {
                                  world_.work += end - first;
                                  for (auto cell = first; cell < end; ++cell)
                                    if (std::exchange(seen_[cell], search_) != search_)
                                      around_.push_back(cell);
                                });
  }
}

bool Mender::is_next_to(Index body, Island const& island) {
  auto const x = world_.bodies.x[body], z = world_.bodies.z[body];
  if (!world_.join.covers_gap(std::max(island.min_x - x, x - island.max_x),
                              std::max(island.min_z - z, z - island.max_z)))
    return false;
  auto const xs = world_.roster.xs(island), zs = world_.roster.zs(island);
  world_.work += xs.size();
  return world_.join.covers_any(x, z, xs.data(), zs.data(), xs.size());
}

/// The larger survives, the older of equals. Returns it, or kNone if the two do not merge.
Index Mender::unite(Index a, Index b) {
  auto const &x = world_.islands[a], &y = world_.islands[b];
  if (!world_.tuning.merges(x.size, y.size)) return kNone;
  bool const a_survives = x.size != y.size ? x.size > y.size : x.born < y.born;
  auto const into = a_survives ? a : b, from = a_survives ? b : a;
  if (!world_.merge(from, into)) return kNone;
  world_.roster.absorb(world_.islands[into], world_.islands[from]);
  world_.roster.frame(world_.islands[into]);
  return into;
}

}  // namespace archipelago::engine
