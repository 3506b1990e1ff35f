// A bounded table of what happened lately, by key: the longest untouched goes first.
#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

#include "base/time.hpp"

namespace archipelago::limits {

/// Entries untouched for `kept` are forgotten, and beyond `capacity` (at least 1) the longest
/// untouched: what is limited by such a table is let through rather than refused when it overflows.
/// Pure; one thread at a time; `now` must not decrease. Cost: O(1) a call, amortised.
template <class Key, class Value>
class Recent {
 public:
  Recent(std::size_t capacity, Millis kept) : capacity_(capacity), kept_(kept) {}

  /// Null if there is none. Valid until the next call that is not const.
  [[nodiscard]] Value* find(Key const& key, Instant now) {
    expire(now);
    auto const found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &found->second->value;
  }

  /// The entry of `key`, made of `fresh` if there is none; it is the youngest from now on. Valid
  /// until the next call that is not const.
  Value& touch(Key const& key, Instant now, Value fresh) {
    expire(now);
    if (auto const found = by_key_.find(key); found != by_key_.end()) {
      found->second->touched = now;
      entries_.splice(entries_.end(), entries_, found->second);
      return found->second->value;
    }
    if (by_key_.size() >= capacity_) forget_oldest();
    auto const entry = entries_.insert(entries_.end(), {key, std::move(fresh), now});
    by_key_.emplace(key, entry);
    return entry->value;
  }

  void erase(Key const& key) {
    auto const found = by_key_.find(key);
    if (found == by_key_.end()) return;
    entries_.erase(found->second);
    by_key_.erase(found);
  }

  [[nodiscard]] std::size_t size() const { return by_key_.size(); }

 private:
  struct Entry {
    Key key;
    Value value;
    Instant touched;
  };

  void expire(Instant now) {
    while (!entries_.empty() && now - entries_.front().touched >= kept_) forget_oldest();
  }
  void forget_oldest() {
    by_key_.erase(entries_.front().key);
    entries_.pop_front();
  }

  std::size_t capacity_;
  Millis kept_;
  std::list<Entry> entries_;  ///< longest untouched first
  std::unordered_map<Key, typename std::list<Entry>::iterator> by_key_;  // never iterated
};

}  // namespace archipelago::limits
