// What the ban check said lately: the oldest go first, all go after a time.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/address.hpp"
#include "base/time.hpp"

namespace archipelago::bans {

/// Holds at most `entries` answers (about 200 bytes each), each for `lifetime`. Any thread, O(1).
class Verdicts {
 public:
  Verdicts(std::size_t entries, Millis lifetime) : entries_(entries), lifetime_(lifetime) {}

  /// Whether the address is banned; nothing when that is not known, or not any more.
  [[nodiscard]] std::optional<bool> find(Address const& address, Instant now) const;
  /// `asked`: when; an older answer is replaced.
  void put(Address const& address, bool banned, Instant asked);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Verdict {
    Address address;
    bool banned;
    Instant asked;
  };
  using Order = std::list<Verdict>;  // newest first

  std::size_t const entries_;
  Millis const lifetime_;
  mutable std::mutex mutex_;
  Order order_;
  std::unordered_map<Address, Order::iterator> by_address_;
};

}  // namespace archipelago::bans
