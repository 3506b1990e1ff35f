// Carving: seven islands that are all but full get an eighth.
#include "engine/carver.hpp"

#include <algorithm>

namespace archipelago::engine {
namespace {
constexpr std::size_t kAround = 6;
}

void Carver::carve(Anchors const& anchors, std::vector<Index>& crowd) {
  touched_.assign(crowd.size(), 0);
  for (std::size_t i = 0, before = crowd.size(); i < before; ++i) {
    auto const row = crowd[i];
    if (world_.islands[row].size < world_.tuning.cap || !is_full(row, anchors)) continue;
    auto const first = seed(row);
    if (first == kNone) continue;
    gather(first, anchors);
    // One that a merge would take back at once is not worth it.
    if (settlers_.size() <= world_.tuning.small) continue;
    if (!growth_.pays(settlers_.size() + 1)) return;
    found(first, crowd);
  }
}

/// It and those around it, none of which took part in a carving of this flush. Where people walk
/// without rest one island more would only be one border more.
bool Carver::is_full(Index row, Anchors const& anchors) {
  auto const& island = world_.islands[row];
  if (!anchors.knows(island) || island.restless) return false;
  hood_.assign(1, row);
  for (auto const other : anchors.neighbours(island)) {
    if (hood_.size() > kAround) break;
    hood_.push_back(other);
  }
  std::uint64_t people = 0;
  for (auto const other : hood_) {
    if (touched_[world_.islands[other].place] != 0) return false;
    people += world_.islands[other].size;
  }
  return people > std::uint64_t{world_.tuning.dense} * hood_.size();
}

/// The member farthest from the anchor.
Index Carver::seed(Index row) const {
  auto const& island = world_.islands[row];
  Index best = kNone;
  float farthest = -1;
  for (auto const body : world_.roster.members(island)) {
    if (!world_.bodies.body[body].may_be_moved_from(row)) continue;
    float const dx = world_.bodies.x[body] - island.anchor_x;
    float const dz = world_.bodies.z[body] - island.anchor_z;
    if (dx * dx + dz * dz <= farthest) continue;
    farthest = dx * dx + dz * dz;
    best = body;
  }
  return best;
}

void Carver::gather(Index seed, Anchors const& anchors) {
  auto const x = world_.bodies.x[seed], z = world_.bodies.z[seed];
  settlers_.clear();
  hood_.resize(1);
  for (auto const other : anchors.neighbours(world_.islands[hood_[0]])) hood_.push_back(other);
  for (auto const row : hood_)
    if (touched_[world_.islands[row].place] == 0 && world_.islands[row].size >= world_.tuning.full)
      collect(row, x, z);
  std::ranges::sort(settlers_, [](Settler const& a, Settler const& b) {
    return a.gain != b.gain ? a.gain < b.gain : a.body < b.body;
  });
  if (settlers_.size() > world_.tuning.carve_most) settlers_.resize(world_.tuning.carve_most);
}

/// Those to whom the new place is nearer than their anchor, and within join of it.
void Carver::collect(Index row, float x, float z) {
  auto const& island = world_.islands[row];
  for (auto const body : world_.roster.members(island)) {
    ++world_.work;
    if (!world_.bodies.body[body].may_be_moved_from(row)) continue;
    auto const bx = world_.bodies.x[body], bz = world_.bodies.z[body];
    if (!world_.join.covers(x, z, bx, bz)) continue;
    float const ox = bx - island.anchor_x, oz = bz - island.anchor_z;
    float const nx = bx - x, nz = bz - z;
    float const gain = nx * nx + nz * nz - (ox * ox + oz * oz);
    if (gain < 0) settlers_.push_back({gain, body});
  }
}

void Carver::found(Index seed, std::vector<Index>& crowd) {
  if (!ties_.release(seed)) return;
  auto const row = world_.islands.create();
  if (!std::ranges::all_of(settlers_, [&](auto const& s) { return world_.may_be_on(s.body, row); }))
    return;
  world_.islands[row].place = static_cast<Index>(crowd.size());
  crowd.push_back(row);
  touched_.push_back(1);
  settlers_.insert(settlers_.begin(), {0, seed});
  for (auto const& settler : settlers_) {
    auto& body = world_.bodies.body[settler.body];
    if (body.island == row || !ties_.release(settler.body)) continue;
    touched_[world_.islands[body.island].place] = 1;
    world_.shift(settler.body, row, Cause::carve);
    body.note_choice(world_.tuning.cooldown);
    growth_.pay_one();
  }
}

}  // namespace archipelago::engine
