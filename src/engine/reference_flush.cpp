// The flush of the reference policy, step by step as WIRE 5 numbers them.
#include <algorithm>
#include <utility>

#include "engine/reference.hpp"

namespace archipelago::engine {

std::span<Change const> ReferenceEngine::flush(std::chrono::milliseconds /*now*/) {
  place_pending();
  auto affected = changed_islands();
  split(affected);
  merge(affected);
  for (auto& [sequence, island] : islands_) island.refresh_geometry();

  emitted_ = std::exchange(records_, {});
  recorded_.clear();
  changes_.clear();
  for (auto const& r : emitted_) changes_.push_back({r.player, r.to, r.from, r.cause});
  return changes_;
}

void ReferenceEngine::place_pending() {
  for (auto* const player : std::exchange(pending_, {}))
    if (create({player}, Cause::arrival) == nullptr) {
      auto const found = players_.find(player->id);
      auto const last = std::move(found->second);  // the key views its id
      players_.erase(found);
    }
}

ReferenceEngine::Sequences ReferenceEngine::changed_islands() const {
  Sequences changed;
  for (auto const& [sequence, island] : islands_)
    if (island.changed) changed.push_back(sequence);
  return changed;
}

void ReferenceEngine::split(Sequences& affected) {
  for (std::size_t i = 0, before = affected.size(); i < before; ++i)
    split_island(islands_.at(affected[i]), affected);
}

/// The largest group keeps the island, the first of equals; each other one gets a new island.
void ReferenceEngine::split_island(Island& island, Sequences& affected) {
  auto groups = reference::connected_groups(island.members, limits_.leave_distance);
  if (groups.size() < 2) return;
  auto const largest = std::ranges::max_element(groups, {}, &Group::size);
  island.members = std::move(*largest);
  groups.erase(largest);
  island.changed = true;
  for (auto const& group : groups) {
    if (auto const* const created = create(group, Cause::split))
      affected.push_back(created->sequence);
    else
      island.members.insert(island.members.end(), group.begin(), group.end());
  }
}

void ReferenceEngine::merge(Sequences const& affected) {
  for (auto const sequence : affected) {
    auto const found = islands_.find(sequence);
    if (found == islands_.end()) continue;  // merged away meanwhile
    std::vector<Island*> set;
    for (auto& [other, island] : islands_)
      if (other == sequence || reference::intersect(found->second, island, limits_.join_distance))
        set.push_back(&island);
    if (set.size() > 1) merge_set(std::move(set));
  }
}

/// Largest first, oldest first among equals. Islands are merged whole or not at all.
void ReferenceEngine::merge_set(std::vector<Island*> set) {
  std::ranges::sort(set, [](Island const* a, Island const* b) {
    auto const sizes = b->members.size() <=> a->members.size();
    return sizes == 0 ? a->sequence < b->sequence : sizes < 0;
  });
  std::vector<Island*> targets;
  for (auto* const island : set) {
    auto* const preferred = preferred_target(*island, targets);
    if (preferred != nullptr && try_merge(*island, *preferred)) continue;
    if (std::ranges::none_of(targets, [&](Island* t) { return try_merge(*island, *t); }))
      targets.push_back(island);
  }
}

ReferenceEngine::Island* ReferenceEngine::preferred_target(
    Island const& island, std::vector<Island*> const& targets) const {
  auto const wished = reference::most_wished(island.members);
  if (wished.empty()) return nullptr;
  auto const found =
      std::ranges::find(targets, wished, [](Island* t) { return std::string_view(t->id); });
  return found == targets.end() ? nullptr : *found;
}

/// Uses up an id also when it fails.
ReferenceEngine::Island* ReferenceEngine::create(Group const& members, Cause cause) {
  auto id = fresh_id();
  if (!all_may_connect(members, id)) return nullptr;
  auto& island = add(std::move(id));
  for (auto* const p : members) move(*p, island, cause);
  return &island;
}

/// An id that was adopted before it was given out here is passed over.
std::string ReferenceEngine::fresh_id() const {
  auto id = hooks_.new_island_id();
  while (islands_by_id_.contains(id)) id = hooks_.new_island_id();
  return id;
}

ReferenceEngine::Island& ReferenceEngine::add(std::string id) {
  auto const sequence = ++last_sequence_;
  auto& island = islands_[sequence];
  island.sequence = sequence;
  island.id = std::move(id);
  islands_by_id_[island.id] = &island;
  return island;
}

bool ReferenceEngine::try_merge(Island& from, Island& into) {
  if (into.members.size() + from.members.size() > limits_.max_peers) return false;
  if (!all_may_connect(from.members, into.id)) return false;
  for (auto* const p : from.members) move(*p, into, Cause::merge);
  into.changed = true;
  erase(from);
  return true;
}

/// Leaves the old island's list to the caller.
void ReferenceEngine::move(Player& player, Island& to, Cause cause) {
  record(player.id, to.id, player.island == nullptr ? std::string_view{} : player.island->id,
         cause);
  player.island = &to;
  to.members.push_back(&player);
}

bool ReferenceEngine::all_may_connect(Group const& members, std::string_view island) const {
  return !hooks_.may_connect || std::ranges::all_of(members, [&](Player const* p) {
    return hooks_.may_connect(p->id, island);
  });
}

}  // namespace archipelago::engine
