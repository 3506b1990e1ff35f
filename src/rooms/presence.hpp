// Who sits where, over all shards: the only table of the rooms that threads share.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/address.hpp"
#include "base/time.hpp"
#include "rooms/alias.hpp"

namespace archipelago::rooms {

struct Membership {
  std::string room;
  std::size_t shard;  ///< where the room lives
  Alias alias;
};

/// What GET /rooms/status tells.
struct Status {
  std::size_t users = 0;  ///< seats; a player who is moving has two
  std::vector<std::pair<std::string, std::size_t>> details;  ///< room name and members, by name
};

/// Touched when somebody joins or leaves, never for a packet. Any thread.
class Presence {
 public:
  /// Adds a membership and returns the address's older ones, oldest first.
  std::vector<Membership> enter(Address const& address, Membership membership);
  void leave(Address const& address, Alias alias);

  /// Oldest first; empty for most addresses.
  [[nodiscard]] std::vector<Membership> seats_of(Address const& address) const;
  /// The memberships of all whom `who` names.
  [[nodiscard]] std::vector<Membership> of(std::function<bool(Address const&)> const& who) const;
  /// Everybody who has a seat, in no order.
  [[nodiscard]] std::vector<Address> players() const;

  /// The `already_connected` of WIRE 7: the address has a seat in any room.
  [[nodiscard]] bool contains(Address const& address) const;
  [[nodiscard]] Status status() const;
  [[nodiscard]] std::size_t seats() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<Address, std::vector<Membership>> players_;
  std::map<std::string, std::size_t> rooms_;
  std::size_t seats_ = 0;
};

/// The body of GET /rooms/status (WIRE 7).
std::string status_json(Status const& status, WallTime now, std::string_view version,
                        std::string_view commit_hash);

}  // namespace archipelago::rooms
