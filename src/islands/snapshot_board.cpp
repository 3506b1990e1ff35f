// What one snapshot knows from the one before.
#include "islands/snapshot_board.hpp"

#include <string_view>
#include <unordered_map>

namespace archipelago::islands {

void carry_births(Snapshot const& last, Snapshot& next) {
  std::unordered_map<std::string_view, WallTime> births;
  births.reserve(last.islands.size());
  for (auto const& island : last.islands) births.emplace(island.id, island.since);
  for (auto& island : next.islands) {
    auto const known = births.find(island.id);
    island.since = known == births.end() ? next.taken : known->second;
  }
}

}  // namespace archipelago::islands
