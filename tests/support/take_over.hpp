// For tests: one engine takes over everybody of another.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "archipelago/engine.hpp"

namespace archipelago::testing {

/// As Engine::adopt() wants it: islands oldest first, and standing wishes. `rank` puts the players
/// of an island in order; absent: as the other engine shows them.
inline void take_over(engine::Engine const& from, engine::Engine& into) {
  from.each_island([&](engine::IslandView const& island) {
    for (auto const& m : island.members) {
      auto const wish = from.explain(m.player, 0)->wish;
      into.adopt(m.player, m.at, island.id,
                 wish.empty() ? std::nullopt : std::optional<std::string_view>(wish));
    }
  });
}

}  // namespace archipelago::testing
