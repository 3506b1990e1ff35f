// What viewers of the feed know of players and islands, and what they must be told to know more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include <archipelago/station.pb.h>

#include "base/address.hpp"
#include "islands/quality.hpp"
#include "islands/snapshot.hpp"

namespace archipelago::station {

/// Pure; one owner. Fills the tables of an Update (proto/archipelago/station.proto): islands,
/// players and who is gone. Numbers are given out once in its life, from 1 on.
class Encoder {
 public:
  /// From what was known to `snapshot`, which is known from then on. Cost: O(players).
  [[nodiscard]] Update advance(islands::Snapshot const& snapshot,
                               islands::Quality const& quality = {});

  /// All that is known, with `whole` set. Cost: O(players).
  [[nodiscard]] Update whole() const;

  /// Nothing is known any more, and no memory held for it; numbers stay used.
  void forget();

  [[nodiscard]] std::size_t players() const { return players_.size(); }

 private:
  struct PlayerRow {
    std::uint32_t number = 0;
    std::int32_t x_dm = 0;
    std::int32_t z_dm = 0;
    std::uint32_t island = 0;
    std::uint64_t round = 0;  ///< the last one that saw it
  };
  struct IslandRow {
    std::uint32_t number = 0;
    std::uint32_t players = 0;
    std::uint32_t max_players = 0;
    std::int32_t x_dm = 0;
    std::int32_t z_dm = 0;
    std::uint32_t radius_dm = 0;
    std::int64_t since_ms = 0;
    std::string backend{};
    float recall = -1;
    friend bool operator==(IslandRow const&, IslandRow const&) = default;
  };
  struct KnownIsland {
    IslandRow row{};
    std::uint64_t round = 0;
  };

  std::uint32_t see(islands::Snapshot::Island const& island, float recall, Update& news);
  void see(islands::Snapshot::Peer const& peer, std::uint32_t island, Update& news);
  void drop_unseen(Update& news);
  static void tell(std::string const& id, IslandRow const& row, Update& to);
  static void tell(PlayerRow const& row, Update& to);
  static void name(Address const& address, PlayerRow const& row, Update& to);

  std::unordered_map<std::string, KnownIsland> islands_;
  std::unordered_map<Address, PlayerRow> players_;
  std::uint32_t last_island_ = 0;
  std::uint32_t last_player_ = 0;
  std::uint64_t round_ = 0;
};

}  // namespace archipelago::station
