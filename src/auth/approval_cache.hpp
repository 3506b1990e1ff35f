// Approvals of contract wallets that were seen lately: least recently used go first, all go after a
// time.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace archipelago::auth {

/// Holds at most `entries` keys, each for `lifetime`. Any thread: it sits on the slow path of
/// contract wallets only.
class ApprovalCache {
 public:
  ApprovalCache(std::size_t entries, Millis lifetime) : entries_(entries), lifetime_(lifetime) {}

  /// A key from the future (the clock was set back) is forgotten too.
  [[nodiscard]] bool contains(std::string const& key, WallTime now);
  void insert(std::string key, WallTime now);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    WallTime since;
  };
  using Entries = std::list<Entry>;  // most recently used first

  std::size_t const entries_;
  Millis const lifetime_;
  mutable std::mutex mutex_;
  Entries order_;
  std::unordered_map<std::string, Entries::iterator> by_key_;
};

}  // namespace archipelago::auth
