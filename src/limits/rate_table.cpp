// The least recently used goes first.
#include "limits/rate_table.hpp"

#include <algorithm>

namespace archipelago::limits {

bool RateTable::take(IpAddress const& address, Instant now, std::uint64_t cost) {
  if (rate_.per_second == 0) return true;
  return bucket_of(address.network(), now).take(now, std::min<std::uint64_t>(cost, rate_.burst));
}

TokenBucket& RateTable::bucket_of(IpAddress const& network, Instant now) {
  auto const known = by_network_.find(network);
  if (known != by_network_.end()) {
    newest_first_.splice(newest_first_.begin(), newest_first_, known->second);
    return known->second->second;
  }
  if (newest_first_.size() >= capacity_) {
    auto const& oldest = newest_first_.back();
    if (oldest.second.available(now) < rate_.burst) ++forgotten_;
    by_network_.erase(oldest.first);
    newest_first_.pop_back();
  }
  newest_first_.emplace_front(network, TokenBucket(rate_, now));
  by_network_.emplace(network, newest_first_.begin());
  return newest_first_.front().second;
}

}  // namespace archipelago::limits
