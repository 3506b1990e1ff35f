// What a swarm counts and times.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "base/errc.hpp"
#include "swarm/histogram.hpp"

namespace archipelago::swarm {

/// How often for which reason.
class Reasons {
 public:
  void add(Errc why) { ++counts_.at(static_cast<std::size_t>(why)); }
  void merge(Reasons const& other);
  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::uint64_t count(Errc why) const {
    return counts_.at(static_cast<std::size_t>(why));
  }
  /// Of those that the same attempt meets again (docs/REASONS.md).
  [[nodiscard]] std::uint64_t for_good() const;

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(Errc::count_)> counts_{};
};

/// Messages of one kind.
struct StreamMeters {
  std::uint64_t sent = 0;       ///< handed to a room
  std::uint64_t unsent = 0;     ///< due while no room was open
  std::uint64_t addressed = 0;  ///< copies: for each sent, how many the sender saw around it
  std::uint64_t delivered = 0;  ///< copies
  std::uint64_t lost = 0;     ///< copies that never came though sender and receiver stayed together
  std::uint64_t doubled = 0;  ///< copies that came again
  Histogram latency;          ///< from send() to the receiver's callback

  void merge(StreamMeters const& other);
};

struct Meters {
  std::uint64_t logins = 0;          ///< that succeeded, all of them
  std::uint64_t entered = 0;         ///< of these: the first of a player of the beginning
  Micros entered_last{};             ///< when the newest of these was, since the start
  std::uint64_t first_islands = 0;   ///< islands given after a login
  std::uint64_t island_changes = 0;  ///< all later ones
  std::uint64_t room_joins = 0;
  std::uint64_t turnover = 0;       ///< players who left for good, each replaced by another
  std::uint64_t cuts = 0;           ///< links that the scene cut
  Histogram login;                  ///< from the attempt (/about) to being logged in
  Histogram first_island;           ///< from the first heartbeat, sent at once, to the island
  Histogram room_join;              ///< from the island to being in its room
  Histogram lag;                    ///< by how much the swarm's own loop was late
  Reasons refusals;                 ///< before being logged in
  Reasons disconnects;              ///< after
  Reasons room_failures;            ///< rooms that could not be entered, or broke
  Reasons after_cuts;               ///< any of these on the way back from a cut
  StreamMeters chat;                ///< reliable
  StreamMeters positions;           ///< unreliable
  std::uint64_t strangers = 0;      ///< messages of somebody who is not of this swarm
  std::uint64_t forged = 0;         ///< messages of the swarm under another player's address
  std::set<std::string> forbidden;  ///< hosts that the realm named and that were not gone to; 8

  void merge(Meters const& other);
};

/// What a swarm sees of itself at a moment, in players.
struct Population {
  std::size_t wanted = 0;     ///< should be in
  std::size_t online = 0;     ///< logged in
  std::size_t on_island = 0;  ///< and told of an island
  std::size_t in_room = 0;    ///< and in its room
  /// Wanted for longer than Swarm::kPatience and yet not in a room.
  std::size_t missing = 0;

  void merge(Population const& other);
};

}  // namespace archipelago::swarm
