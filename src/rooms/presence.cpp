// Two small maps under one mutex: addresses to memberships, rooms to numbers of members.
#include "rooms/presence.hpp"

#include <algorithm>
#include <iterator>

#include <boost/json.hpp>

namespace archipelago::rooms {

Entered Presence::enter(Address const& address, Membership membership, WallTime now) {
  std::lock_guard const lock(mutex_);
  ++rooms_[membership.room];
  ++seats_;
  auto const number = clock_.next(now);
  auto& places = players_[address];
  places.push_back({.seat = std::move(membership), .number = number});
  return {.number = number, .older = outdated(places)};
}

std::vector<Outdated> Presence::taken_elsewhere(Address const& address, std::uint64_t number,
                                                bool wins_tie, WallTime now) {
  std::lock_guard const lock(mutex_);
  clock_.hear(number, now);
  auto const player = players_.find(address);
  if (player == players_.end()) return {};
  bool news = false;
  for (auto& place : player->second) {
    bool const older = place.number < number || (place.number == number && wins_tie);
    if (!older || place.heard == number || place.newer_elsewhere > 1) continue;
    place.heard = number;
    ++place.newer_elsewhere;
    news = true;
  }
  return news ? outdated(player->second) : std::vector<Outdated>{};
}

/// The newest of all stays, the one before has the time of the hand-over.
std::vector<Outdated> Presence::outdated(Places const& places) {
  std::vector<Outdated> all;
  auto behind = places.size();
  for (auto const& place : places) {
    auto const newer = --behind + place.newer_elsewhere;
    if (newer != 0) all.push_back({.seat = place.seat, .at_once = newer > 1});
  }
  return all;
}

void Presence::hear_clock(std::uint64_t number, WallTime now) {
  std::lock_guard const lock(mutex_);
  clock_.hear(number, now);
}

std::uint64_t Presence::clock(WallTime now) const {
  std::lock_guard const lock(mutex_);
  return clock_.peek(now);
}

void Presence::leave(Address const& address, Alias alias) {
  std::lock_guard const lock(mutex_);
  auto const player = players_.find(address);
  if (player == players_.end()) return;
  auto& places = player->second;
  auto const gone =
      std::ranges::find(places, alias, [](Place const& place) { return place.seat.alias; });
  if (gone == places.end()) return;
  auto const room = rooms_.find(gone->seat.room);
  if (--room->second == 0) rooms_.erase(room);
  places.erase(gone);
  --seats_;
  if (places.empty()) players_.erase(player);
}

std::vector<Membership> Presence::seats_of(Address const& address) const {
  std::lock_guard const lock(mutex_);
  auto const player = players_.find(address);
  std::vector<Membership> seats;
  if (player != players_.end())
    std::ranges::transform(player->second, std::back_inserter(seats), &Place::seat);
  return seats;
}

std::vector<Membership> Presence::of(std::function<bool(Address const&)> const& who) const {
  std::lock_guard const lock(mutex_);
  std::vector<Membership> found;
  for (auto const& [address, places] : players_)
    if (who(address)) std::ranges::transform(places, std::back_inserter(found), &Place::seat);
  return found;
}

std::vector<Address> Presence::players() const {
  std::lock_guard const lock(mutex_);
  std::vector<Address> all;
  all.reserve(players_.size());
  for (auto const& [address, places] : players_) all.push_back(address);
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
