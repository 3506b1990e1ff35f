// Two small maps under one mutex: addresses to memberships, rooms to numbers of members.
#include "rooms/presence.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace archipelago::rooms {

std::vector<Membership> Presence::enter(Address const& address, Membership membership) {
  std::lock_guard const lock(mutex_);
  ++rooms_[membership.room];
  ++seats_;
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
  --seats_;
  if (memberships.empty()) players_.erase(player);
}

std::vector<Membership> Presence::seats_of(Address const& address) const {
  std::lock_guard const lock(mutex_);
  auto const player = players_.find(address);
  return player == players_.end() ? std::vector<Membership>{} : player->second;
}

std::vector<Membership> Presence::of(std::function<bool(Address const&)> const& who) const {
  std::lock_guard const lock(mutex_);
  std::vector<Membership> found;
  for (auto const& [address, memberships] : players_)
    if (who(address)) found.insert(found.end(), memberships.begin(), memberships.end());
  return found;
}

std::vector<Address> Presence::players() const {
  std::lock_guard const lock(mutex_);
  std::vector<Address> all;
  all.reserve(players_.size());
  for (auto const& [address, memberships] : players_) all.push_back(address);
  return all;
}

bool Presence::contains(Address const& address) const {
  std::lock_guard const lock(mutex_);
  return players_.contains(address);
}

std::size_t Presence::seats() const {
  std::lock_guard const lock(mutex_);
  return seats_;
}

Status Presence::status() const {
  std::lock_guard const lock(mutex_);
  Status status;
  status.details.assign(rooms_.begin(), rooms_.end());
  for (auto const& [room, members] : status.details) status.users += members;
  return status;
}

std::string status_json(Status const& status, WallTime now, std::string_view version,
                        std::string_view commit_hash) {
  boost::json::array details;
  for (auto const& [room, members] : status.details)
    details.push_back(boost::json::object{{"roomName", room}, {"count", members}});
  return boost::json::serialize(boost::json::object{{"version", version},
                                                    {"currentTime", now.ms_since_epoch},
                                                    {"commitHash", commit_hash},
                                                    {"users", status.users},
                                                    {"rooms", status.details.size()},
                                                    {"details", std::move(details)}});
}

}  // namespace archipelago::rooms
