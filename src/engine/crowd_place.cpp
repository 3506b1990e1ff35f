// Placing newcomers between two flushes: by the map of the last flush, one after the other.
#include <limits>

#include "engine/crowd.hpp"

namespace archipelago::engine {
namespace {
constexpr std::size_t kMostAtOnce = 512;  // newcomers since the last flush; they are not on its map
constexpr Index kSamples = 64;            // of one cell
}  // namespace

std::span<Change const> CrowdEngine::place(std::chrono::milliseconds /*now*/) {
  changes_.clear();
  refused_.clear();
  auto const mapped = world_.grid.core_count();
  if (!flushed_ || pending_.empty() ||
      world_.bodies.size() - mapped + pending_.size() > kMostAtOnce)
    return changes_;
  auto const first = world_.bodies.size();
  view_is_fresh_ = false;
  take_in();
  for (auto i = first; i < world_.bodies.size(); ++i) {
    auto const slot = world_.bodies.body[i].slot;
    if (world_.players[slot].wishes && wishes_.place(slot)) continue;
    auto island = nearest_with_seat(i);
    if (island == kNone) island = world_.islands.create();
    if (world_.may_be_on(i, island)) {
      world_.shift(i, island, Cause::arrival);
      continue;
    }
    auto& body = world_.bodies.body[i];
    body.set(kGone);
    if (world_.players[body.slot].wishes) wishes_.forget(body.slot);
    world_.players.forget(body.slot);
    told_departed_.push_back(body.slot);
    --placed_;
  }
  return tell();
}

/// The island of the nearest core member within join distance that has a seat.
Index CrowdEngine::nearest_with_seat(Index newcomer) const {
  auto const& bodies = world_.bodies;
  auto const x = bodies.x[newcomer], z = bodies.z[newcomer];
  Index best = kNone;
  float nearest = std::numeric_limits<float>::max();
  auto const look = [&](Index i) {
    auto const& body = bodies.body[i];
    if (body.island == kNone || body.is(kGone) || body.is(kGuest)) return;
    auto const& island = world_.islands[body.island];
    if (island.size + island.claimed >= world_.tuning.cap) return;
    float const dx = bodies.x[i] - x, dz = bodies.z[i] - z, d = dx * dx + dz * dz;
    if (d >= nearest || !world_.join.covers(x, z, bodies.x[i], bodies.z[i])) return;
    nearest = d;
    best = body.island;
  };
  world_.grid.each_run_around(x, z, [&](Index first, Index last) {
    for (auto cell = first; cell < last; ++cell) {
      auto const begin = world_.grid.begin(cell), end = world_.grid.end(cell);
      auto const step = 1 + (end - begin) / kSamples;
      for (auto i = begin; i < end; i += step) look(i);
    }
  });
  for (auto i = world_.grid.core_count(); i < newcomer; ++i) look(i);
  return best;
}

}  // namespace archipelago::engine
