// A table of gateways.
#include "islands/gateways.hpp"

namespace archipelago::islands {

Gateways::Number Gateways::hear(std::string_view id, Instant now) {
  std::string key(id);
  if (auto const known = by_id_.find(key); known != by_id_.end()) {
    entries_[known->second - 1].last_heard = now;
    return known->second;
  }
  if (by_id_.size() >= kMost) return kNone;
  if (free_.empty()) {
    entries_.emplace_back();
    free_.push_back(static_cast<Number>(entries_.size()));
  }
  auto const number = free_.back();
  free_.pop_back();
  entries_[number - 1] = {.id = key, .last_heard = now};
  by_id_.emplace(std::move(key), number);
  return number;
}

void Gateways::expire(Instant until, std::function<void(Number, std::string_view id)> const& lost) {
  for (Number number = 1; number <= entries_.size(); ++number) {
    auto& entry = entries_[number - 1];
    if (entry.id.empty() || entry.last_heard > until) continue;
    lost(number, entry.id);
    by_id_.erase(entry.id);
    entry.id.clear();
    free_.push_back(number);
  }
}

}  // namespace archipelago::islands
