// A list in order of use, and an index into it.
#include "auth/approval_cache.hpp"

#include <utility>

namespace archipelago::auth {

bool ApprovalCache::contains(std::string const& key, WallTime now) {
  std::scoped_lock const lock(mutex_);
  auto const found = by_key_.find(key);
  if (found == by_key_.end()) return false;
  auto const entry = found->second;
  if (now < entry->since || now >= entry->since + lifetime_) {
    by_key_.erase(found);
    order_.erase(entry);
    return false;
  }
  order_.splice(order_.begin(), order_, entry);
  return true;
}

void ApprovalCache::insert(std::string key, WallTime now) {
  std::scoped_lock const lock(mutex_);
  if (entries_ == 0) return;
  if (auto const found = by_key_.find(key); found != by_key_.end()) {
    found->second->since = now;
    order_.splice(order_.begin(), order_, found->second);
    return;
  }
  if (order_.size() >= entries_) {
    by_key_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front({std::move(key), now});
  by_key_.emplace(order_.front().key, order_.begin());
}

std::size_t ApprovalCache::size() const {
  std::scoped_lock const lock(mutex_);
  return order_.size();
}

}  // namespace archipelago::auth
