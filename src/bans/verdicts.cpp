#include "bans/verdicts.hpp"

namespace archipelago::bans {

std::optional<bool> Verdicts::find(Address const& address, Instant now) const {
  std::lock_guard const lock(mutex_);
  auto const found = by_address_.find(address);
  if (found == by_address_.end() || now - found->second->asked >= lifetime_) return std::nullopt;
  return found->second->banned;
}

void Verdicts::put(Address const& address, bool banned, Instant asked) {
  std::lock_guard const lock(mutex_);
  if (auto const found = by_address_.find(address); found != by_address_.end()) {
    order_.erase(found->second);
    by_address_.erase(found);
  }
  order_.push_front({address, banned, asked});
  by_address_[address] = order_.begin();
  if (order_.size() <= entries_) return;
  by_address_.erase(order_.back().address);
  order_.pop_back();
}

std::size_t Verdicts::size() const {
  std::lock_guard const lock(mutex_);
  return order_.size();
}

}  // namespace archipelago::bans
