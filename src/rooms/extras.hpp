// Made-up members of rooms, for client developers: they take seats as players do, and leave soon
// after the last player.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "rooms/rooms.hpp"

namespace archipelago::rooms {

struct ExtrasOptions {
  std::size_t people = 10;  ///< in each room, [1, 200]; fewer where there are no seats for them
  std::uint64_t seed = 1;   ///< with the room's name: who they are and what they do
  Millis patience{60'000};  ///< for somebody real, at first and after the last one left
};

/// Packets come from extras::Company and pass the room's budgets as everybody's do.
class Extras {
 public:
  /// `loops`: as for Rooms. All must outlive this, and this the loops' last task.
  Extras(Rooms& rooms, std::span<Loop* const> loops, ExtrasOptions options, Metrics& metrics);
  Extras(Extras const&) = delete;
  Extras& operator=(Extras const&) = delete;
  ~Extras();

  /// Fills a room, soon, if they are not there already. Any thread.
  void come_to(std::string_view room);

 private:
  class Troupe;
  using Troupes = std::map<std::string, std::unique_ptr<Troupe>, std::less<>>;

  void enter(std::size_t shard, std::string const& room);

  Rooms& rooms_;
  std::vector<Loop*> const loops_;
  ExtrasOptions const options_;
  Metrics& metrics_;
  std::vector<Troupes> troupes_;  // by shard; each is its loop's
};

}  // namespace archipelago::rooms
