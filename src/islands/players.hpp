// Whom the islands know: when each player was last heard of, and which island it was told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "archipelago/engine.hpp"
#include "base/address.hpp"
#include "base/time.hpp"
#include "islands/gateways.hpp"

namespace archipelago::islands {

/// Bounded by its owner. One thread.
class Players {
 public:
  struct Record {
    Address address;
    Instant last_heartbeat;
    WallTime last_heartbeat_at;
    std::string told{};     ///< the island that the player was really told; empty: none
    bool moved = false;     ///< since then the island has gone to another backend
    std::uint32_t way = 0;  ///< wire::way_of() what it was told of where that is; 0: unknown
    Instant told_at{};
    /// Where it stood last; nothing: only others told of it, and no engine of this process knows
    /// it.
    std::optional<engine::Position> at{};

    // Of players of our gateways, when these are processes of their own.
    Gateways::Number gateway = Gateways::kNone;
    std::uint64_t login = 0;              ///< of its session; 0: unknown
    std::optional<std::string> wish{};    ///< desired_room as it stands
    std::optional<Instant> login_told{};  ///< when an older session was last answered
  };

  [[nodiscard]] std::size_t size() const { return by_address_.size(); }

  /// Nothing if unknown. Valid until the player is removed.
  [[nodiscard]] Record* find(Address const& address) {
    auto const found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &*found->second;
  }

  /// Heard of at `now`, perhaps for the first time. `now` never decreases.
  Record& touch(Address const& address, Instant now, WallTime at) {
    auto const found = by_address_.find(address);
    if (found == by_address_.end()) {
      auto const place = records_.insert(
          records_.end(), {.address = address, .last_heartbeat = now, .last_heartbeat_at = at});
      by_address_.emplace(address, place);
      return *place;
    }
    auto const place = found->second;
    records_.splice(records_.end(), records_, place);
    place->last_heartbeat = now;
    place->last_heartbeat_at = at;
    return *place;
  }

  /// False if unknown.
  bool remove(Address const& address) {
    auto const found = by_address_.find(address);
    if (found == by_address_.end()) return false;
    records_.erase(found->second);
    by_address_.erase(found);
    return true;
  }

  /// Removes who was last heard of at `until` or before, longest silent first. O(removed).
  void expire(Instant until, std::function<void(Address const&)> const& removed) {
    while (!records_.empty() && records_.front().last_heartbeat <= until) {
      auto const address = records_.front().address;
      remove(address);
      removed(address);
    }
  }

  /// Removes those that `choose` is true of. O(players).
  std::size_t remove_if(std::function<bool(Record const&)> const& choose,
                        std::function<void(Address const&)> const& removed) {
    std::size_t count = 0;
    for (auto place = records_.begin(); place != records_.end();) {
      auto const next = std::next(place);
      if (choose(*place)) {
        auto const address = place->address;
        remove(address);
        removed(address);
        ++count;
      }
      place = next;
    }
    return count;
  }

  /// Longest silent first. `see` may change all but the address and the times.
  void each(std::function<void(Record&)> const& see) {
    for (auto& record : records_) see(record);
  }
  void each(std::function<void(Record const&)> const& see) const {
    for (auto const& record : records_) see(record);
  }

 private:
  std::list<Record> records_;                                            ///< longest silent first
  std::unordered_map<Address, std::list<Record>::iterator> by_address_;  // never iterated
};

}  // namespace archipelago::islands
