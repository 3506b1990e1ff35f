// Who sits where, over all shards: the only table of the rooms that threads share.
#pragma once

#include <cstddef>
#include <cstdint>
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
#include "rooms/seat_clock.hpp"

namespace archipelago::rooms {

struct Membership {
  std::string room;
  std::size_t shard;  ///< where the room lives
  Alias alias;
};

/// A seat that ends because its player has taken a newer one.
struct Outdated {
  Membership seat;
  bool at_once;  ///< false: after the hand-over, for it is the newest but one
};

/// A seat that was just taken.
struct Entered {
  std::uint64_t number;         ///< see SeatClock
  std::vector<Outdated> older;  ///< the player's other seats, oldest first
};

/// What GET /rooms/status tells.
struct Status {
  std::size_t users = 0;  ///< seats; a player who is moving has two
  std::vector<std::pair<std::string, std::size_t>> details;  ///< room name and members, by name
};

/// Touched when somebody joins or leaves, never for a packet. Any thread.
class Presence {
 public:
  /// Adds a membership: the newest of its address, and newer than all that were heard of. `now`: of
  /// this host's clock, where numbers are compared with those of other hosts.
  Entered enter(Address const& address, Membership membership, WallTime now = {});

  /// The address has taken the seat `number` on another host; `wins_tie`: it is newer than ours of
  /// the same number. Returns what ends of its seats here; nothing when it was heard before or all
  /// are newer. `number` is one that SeatClock believes.
  std::vector<Outdated> taken_elsewhere(Address const& address, std::uint64_t number, bool wins_tie,
                                        WallTime now);
  /// Hears and tells the time, see SeatClock.
  void hear_clock(std::uint64_t number, WallTime now);
  [[nodiscard]] std::uint64_t clock(WallTime now) const;

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
  struct Place {
    Membership seat;
    std::uint64_t number;
    std::uint64_t heard = 0;          ///< the last one elsewhere that is newer
    std::size_t newer_elsewhere = 0;  ///< how many: more than two are as good as two
  };
  using Places = std::vector<Place>;  // oldest first

  [[nodiscard]] static std::vector<Outdated> outdated(Places const& places);

  mutable std::mutex mutex_;
  SeatClock clock_;
  std::unordered_map<Address, Places> players_;
  std::map<std::string, std::size_t> rooms_;
  std::size_t seats_ = 0;
};

/// The body of GET /rooms/status (WIRE 7).
std::string status_json(Status const& status, WallTime now, std::string_view version,
                        std::string_view commit_hash);

}  // namespace archipelago::rooms
