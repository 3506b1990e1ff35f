// Looks at the island without the one who wants to go.
#include "engine/ties.hpp"

#include <algorithm>

namespace archipelago::engine {

bool Ties::release(Index body) {
  auto const row = world_.bodies.body[body].island;
  auto const& island = world_.islands[row];
  if (island.size - island.guests <= 1) return false;
  double const width = static_cast<double>(island.max_x) - island.min_x;
  double const depth = static_cast<double>(island.max_z) - island.min_z;
  if (width * width + depth * depth <= world_.leave.squared()) return true;
  collect(row, body);
  if (x_.empty()) return false;
  bool const together = linker_.link(x_, z_, world_.leave) == 1;
  world_.work += linker_.take_work();
  return together;
}

Index Ties::host(Index body, Index row, Index leaving) const {
  auto const& island = world_.islands[row];
  auto const x = world_.bodies.x[body], z = world_.bodies.z[body];
  if (!world_.join.covers_gap(std::max(island.min_x - x, x - island.max_x),
                              std::max(island.min_z - z, z - island.max_z)))
    return kNone;
  auto const members = world_.roster.members(island);
  auto const xs = world_.roster.xs(island), zs = world_.roster.zs(island);
  auto const next = [&](std::size_t first) {
    return world_.join.find(x, z, xs.data(), zs.data(), members.size(), first);
  };
  world_.work += members.size();
  for (auto i = next(0); i < members.size(); i = next(i + 1))
    if (members[i] != leaving && world_.is_still_on(members[i], row))
      return world_.may_be_on(body, row) ? members[i] : kNone;
  return kNone;
}

void Ties::move(Index index, Index to, Index host, Cause cause) {
  auto& body = world_.bodies.body[index];
  world_.shift(index, to, cause);
  body.note_choice(world_.tuning.cooldown);
  auto& stays = world_.bodies.body[host].cooldown;
  stays = std::max<std::uint8_t>(stays, 1);
}

/// All members but one, and those who have gone.
void Ties::collect(Index row, Index but) {
  auto const& island = world_.islands[row];
  auto const members = world_.roster.members(island);
  auto const xs = world_.roster.xs(island), zs = world_.roster.zs(island);
  x_.resize(members.size());
  z_.resize(members.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    x_.data()[count] = xs.data()[i];
    z_.data()[count] = zs.data()[i];
    auto const member = members.data()[i];
    count += member != but && world_.is_still_on(member, row) ? 1 : 0;
  }
  x_.resize(count);
  z_.resize(count);
}

}  // namespace archipelago::engine
