// One line of an operator's policy: which kind of backend carries which islands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/backend.hpp"

namespace archipelago::adapters {

/// Parcels of 16 m, both corners included.
struct Zone {
  int x1 = 0;
  int z1 = 0;
  int x2 = 0;
  int z2 = 0;

  friend bool operator==(Zone const&, Zone const&) = default;
};

/// `<kind> [players>=N] [players<N] [zone=X1:Z1..X2:Z2] [fill<P]`, all of which must hold.
struct Rule {
  std::string kind{};                          ///< ws-room, livekit, simulator, offline
  std::optional<std::size_t> players_from{};   ///< [0, 100'000]
  std::optional<std::size_t> players_below{};  ///< [1, 100'000]
  std::optional<Zone> zone{};                  ///< where the island's centre is
  /// [1, 100]: percent of a host's capacity that is taken before the island comes. Asked of each
  /// host of the kind; those without a stated capacity always have room.
  std::optional<int> fill_below{};

  /// Error: bad_request, naming the word that is wrong.
  [[nodiscard]] static Result<Rule> parse(std::string_view text);

  /// Whether an island is one of those meant, fill apart. `slack`, in percent, is what an island
  /// that the rule carries already may be off (and one parcel), so that none goes to and fro.
  [[nodiscard]] bool fits(IslandFacts const& island, int slack = 0) const;

  friend bool operator==(Rule const&, Rule const&) = default;
};

}  // namespace archipelago::adapters
