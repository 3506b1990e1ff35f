// The reference policy: input, bookkeeping and views. Its flush is in reference_flush.cpp.
#include "engine/reference.hpp"

#include <stdexcept>
#include <utility>

namespace archipelago::engine {

ReferenceEngine::ReferenceEngine(Limits const& limits, Hooks hooks)
    : limits_(limits), hooks_(std::move(hooks)), door_(limits) {
  if (auto const problem = problem_with(limits)) throw std::invalid_argument(*problem);
  if (!hooks_.new_island_id) throw std::invalid_argument("new_island_id is missing");
}

std::unique_ptr<Engine> make_reference_engine(Limits const& limits, Hooks hooks) {
  return std::make_unique<ReferenceEngine>(limits, std::move(hooks));
}

Admission ReferenceEngine::report(std::string_view id, Position at,
                                  std::optional<std::string_view> desired_room) {
  auto const admission = door_.admit(id, at, desired_room);
  if (is_refused(admission)) return admission;
  auto found = players_.find(id);
  if (found == players_.end()) {
    auto entry = std::make_unique<Entry>(Entry{.player = {std::string(id), at, {}}, .pending = {}});
    entry->pending = pending_.insert(pending_.end(), &entry->player);
    std::string_view const key = entry->player.id;
    found = players_.emplace(key, std::move(entry)).first;
  }
  auto& player = found->second->player;
  player.at = at;
  if (player.island == nullptr) {
    player.wish = desired_room.value_or("");  // while pending the last report counts, whole
  } else {
    if (desired_room && !desired_room->empty()) player.wish = *desired_room;
    player.island->changed = true;
  }
  return admission;
}

Admission ReferenceEngine::adopt(std::string_view id, Position at, std::string_view island,
                                 std::optional<std::string_view> desired_room) {
  auto const admission = report(id, at, desired_room);
  if (is_refused(admission)) return admission;
  auto& [player, place] = *players_.find(id)->second;
  if (player.island != nullptr) return admission;
  player.island = seat_on(player, island);
  if (player.island == nullptr) return admission;
  pending_.erase(place);
  player.island->members.push_back(&player);
  player.island->refresh_geometry();
  player.island->changed = true;
  return admission;
}

/// Nothing if it cannot be had.
ReferenceEngine::Island* ReferenceEngine::seat_on(Player const& player, std::string_view island) {
  if (island.empty() || island.size() > limits_.max_id_length) return nullptr;
  auto const found = islands_by_id_.find(island);
  bool const is_new = found == islands_by_id_.end();
  if (!is_new && found->second->members.size() >= limits_.max_peers) return nullptr;
  if (hooks_.may_connect && !hooks_.may_connect(player.id, island)) return nullptr;
  return is_new ? &add(std::string(island)) : found->second;
}

void ReferenceEngine::leave(std::string_view id) {
  auto const found = players_.find(id);
  if (found == players_.end()) return;
  auto& [player, place] = *found->second;
  if (player.island == nullptr) {
    pending_.erase(place);
  } else {
    auto& island = *player.island;
    record(player.id, {}, island.id, Cause::departure);
    std::erase(island.members, &player);
    island.changed = true;
    if (island.members.empty()) erase(island);
  }
  auto const last = std::move(found->second);  // the key views its id
  players_.erase(found);
}

/// The newest islands, and the first cause since the player came.
void ReferenceEngine::record(std::string_view player, std::string_view to, std::string_view from,
                             Cause cause) {
  auto const [place, first] = recorded_.try_emplace(std::string(player), records_.size());
  if (first) records_.emplace_back();
  auto& record = records_[place->second];
  if (!first && !to.empty() && record.cause != Cause::departure) cause = record.cause;
  record = {std::string(player), std::string(to), std::string(from), cause};
}

void ReferenceEngine::erase(Island& island) {
  islands_by_id_.erase(island.id);
  islands_.erase(island.sequence);
}

void ReferenceEngine::show(Island const& island,
                           std::function<void(IslandView const&)> const& see) const {
  std::vector<Member> members;
  members.reserve(island.members.size());
  for (auto const* p : island.members) members.push_back({p->id, p->at});
  see({.id = island.id,
       .members = members,
       .centre_x = island.centre_x,
       .centre_z = island.centre_z,
       .radius = island.radius,
       .max_peers = limits_.max_peers});
}

void ReferenceEngine::each_island(std::function<void(IslandView const&)> const& see) const {
  for (auto const& [sequence, island] : islands_) show(island, see);
}

bool ReferenceEngine::see_island(std::string_view id,
                                 std::function<void(IslandView const&)> const& see) const {
  auto const found = islands_by_id_.find(id);
  if (found == islands_by_id_.end()) return false;
  show(*found->second, see);
  return true;
}

std::optional<PlayerView> ReferenceEngine::find(std::string_view id) const {
  auto const found = players_.find(id);
  if (found == players_.end()) return std::nullopt;
  auto const& player = found->second->player;
  return PlayerView{player.island == nullptr ? std::string_view{} : player.island->id, player.at};
}

}  // namespace archipelago::engine
