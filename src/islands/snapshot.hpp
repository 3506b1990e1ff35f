// Who was where after a flush, for statistics: made once, never changed, read by any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"
#include "base/address.hpp"
#include "base/time.hpp"

namespace archipelago::islands {

/// What is told of where players are (option statistics.privacy).
enum class Privacy : std::uint8_t {
  exact,
  parcel,  ///< positions are the centres of parcels, on the ground
  none     ///< no positions
};

struct Snapshot {
  struct Peer {
    Address address;
    engine::Position at;  ///< m
    WallTime last_heartbeat;
  };
  struct Island {
    std::string id{};
    std::vector<Peer> peers{};  ///< in the engine's order
    std::uint32_t max_peers = 0;
    double centre_x = 0;    ///< m; the height of a centre is 0 (WIRE 5)
    double centre_z = 0;    ///< m
    double radius = 0;      ///< m
    WallTime since{};       ///< when it came to be
    std::string backend{};  ///< adapters::Backend::carrier()
  };

  WallTime taken;                 ///< for dates that others read
  Instant made;                   ///< for ages
  std::vector<Island> islands{};  ///< oldest first
  std::size_t players = 0;        ///< of all islands
  engine::WishCounters wishes{};
  Privacy privacy = Privacy::exact;  ///< what of its positions is left
};

}  // namespace archipelago::islands
