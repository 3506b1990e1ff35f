// Taking over players who were told by another engine where they are.
#include "engine/crowd.hpp"

namespace archipelago::engine {

Admission CrowdEngine::adopt(std::string_view id, Position at, std::string_view island,
                             std::optional<std::string_view> desired_room) {
  auto const admission = door_.admit(id, at, desired_room);
  if (is_refused(admission)) return admission;
  auto const slot = take(id, at, desired_room);
  if (world_.players.born(slot) != 0) return admission;
  if (auto const row = seat_on(slot, island); row != kNone) keep(slot, row);
  return admission;
}

/// kNone: it cannot be had. An id that leads to another island here is not founded again.
Index CrowdEngine::seat_on(Index slot, std::string_view id) {
  if (id.empty() || id.size() > world_.limits.max_id_length) return kNone;
  auto row = world_.islands.find(id);
  if (row != kNone && world_.islands[row].size >= world_.tuning.cap) return kNone;
  if (row == kNone && world_.islands.is_taken(id)) return kNone;
  auto const& may = world_.hooks.may_connect;
  if (may && !may(world_.players[slot].id, id)) return kNone;
  return row == kNone ? world_.islands.adopt(id) : row;
}

/// It has not moved, so nothing is told. It counts as one who was moved by choice a moment ago, and
/// as often as one who stands may be: until its island has found its anchor and price again, and
/// until it walks, it stays.
void CrowdEngine::keep(Index slot, Index row) {
  auto const place = world_.players.where(slot);
  auto const pending = pending_[place];
  pending_[place] = pending_.back();
  world_.players.set_where(pending_[place].slot, place);
  pending_.pop_back();
  auto& bodies = world_.bodies;
  world_.players.set_born(slot, ++last_born_);
  world_.players.set_where(slot, bodies.size());
  bodies.add(pending.x, pending.z,
             {.slot = slot,
              .island = row,
              .drawn_to = row,
              .cooldown = world_.tuning.cooldown,
              .flags = kMoves});
  ++world_.islands[row].size;
  ++world_.adopted;
  ++placed_;
  view_is_fresh_ = false;
  if (world_.players[slot].wishes) wishes_.adopt(slot);
}

}  // namespace archipelago::engine
