// Sums.
#include "swarm/meters.hpp"

#include <algorithm>
#include <numeric>

namespace archipelago::swarm {

void Reasons::merge(Reasons const& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_.at(i) += other.counts_.at(i);
}

std::uint64_t Reasons::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t Reasons::for_good() const {
  std::uint64_t sum = 0;
  for (auto const& row : reasons())
    if (!row.retryable) sum += count(row.code);
  return sum;
}

void StreamMeters::merge(StreamMeters const& other) {
  sent += other.sent;
  unsent += other.unsent;
  addressed += other.addressed;
  delivered += other.delivered;
  lost += other.lost;
  doubled += other.doubled;
  latency.merge(other.latency);
}

void Meters::merge(Meters const& other) {
  logins += other.logins;
  entered += other.entered;
  entered_last = std::max(entered_last, other.entered_last);
  first_islands += other.first_islands;
  island_changes += other.island_changes;
  room_joins += other.room_joins;
  turnover += other.turnover;
  cuts += other.cuts;
  login.merge(other.login);
  first_island.merge(other.first_island);
  room_join.merge(other.room_join);
  lag.merge(other.lag);
  refusals.merge(other.refusals);
  disconnects.merge(other.disconnects);
  room_failures.merge(other.room_failures);
  after_cuts.merge(other.after_cuts);
  chat.merge(other.chat);
  positions.merge(other.positions);
  strangers += other.strangers;
  forged += other.forged;
  forbidden.insert(other.forbidden.begin(), other.forbidden.end());
}

void Population::merge(Population const& other) {
  wanted += other.wanted;
  online += other.online;
  on_island += other.on_island;
  in_room += other.in_room;
  missing += other.missing;
}

}  // namespace archipelago::swarm
