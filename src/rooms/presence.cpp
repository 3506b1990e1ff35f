// Two small maps under one mutex: addresses to memberships, rooms to numbers of members.
#include "rooms/presence.hpp"

#include <algorithm>

namespace archipelago::rooms {

std::vector<Membership> Presence::enter(Address const& address, Membership membership) {
  std::lock_guard const lock(mutex_);
  ++rooms_[membership.room];
  auto& memberships = players_[address];
  auto older = memberships;
  memberships.push_back(std::move(membership));
  return older;
}

void Presence::leave(Address const& address, Alias alias) {
  std::lock_guard const lock(mutex_);
  auto const player = players_.find(address);
  if (player == players_.end()) return;
  auto& memberships = player->second;
  auto const gone = std::ranges::find(memberships, alias, &Membership::alias);
  if (gone == memberships.end()) return;
  auto const room = rooms_.find(gone->room);
  if (--room->second == 0) rooms_.erase(room);
  memberships.erase(gone);
  if (memberships.empty()) players_.erase(player);
}

bool Presence::contains(Address const& address) const {
  std::lock_guard const lock(mutex_);
  return players_.contains(address);
}

Status Presence::status() const {
  std::lock_guard const lock(mutex_);
  Status status;
  status.details.assign(rooms_.begin(), rooms_.end());
  for (auto const& [room, members] : status.details) status.users += members;
  return status;
}

}  // namespace archipelago::rooms
