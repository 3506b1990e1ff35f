// Moving players between islands.
#include "engine/world.hpp"

#include <algorithm>

namespace archipelago::engine {
namespace {

/// These leave an island that hangs together as it is (ties.hpp).
void note_change(Island& island, Cause cause) {
  island.disturbed = true;
  if (cause != Cause::voluntary && cause != Cause::gather) island.torn = true;
}

}  // namespace

void World::shift(Index index, Index to, Cause cause) {
  auto& body = bodies.body[index];
  if (body.island == to) return;
  if (!body.is(kMoved)) {
    body.set(kMoved);
    moves.push_back({body.slot, body.island, cause});
  }
  Index const guest = body.is(kGuest) ? 1 : 0;
  if (body.island != kNone) {
    --islands[body.island].size;
    note_change(islands[body.island], cause);
    islands[body.island].lost = true;
    islands[body.island].guests -= guest;
  } else {
    ++arrived;
  }
  if (to != kNone) {
    ++islands[to].size;
    note_change(islands[to], cause);
    islands[to].guests += guest;
  }
  body.island = to;
  body.drawn_to = to;
  body.drawn = 0;
}

bool World::may_be_on(Index body, Index island) const {
  return !hooks.may_connect ||
         hooks.may_connect(players[bodies.body[body].slot].id, islands[island].id);
}

bool World::all_may_be_on(Island const& island, Index other) const {
  return !hooks.may_connect || std::ranges::all_of(roster.members(island), [&](Index body) {
    return may_be_on(body, other);
  });
}

bool World::merge(Index from, Index into) {
  if (!all_may_be_on(islands[from], into)) return false;
  for (auto const body : roster.members(islands[from])) shift(body, into, Cause::merge);
  if (islands[from].guests != 0)
    for (Index i = grid.core_count(); i < bodies.size(); ++i)
      if (bodies.body[i].island == from) shift(i, into, Cause::merge);
  islands.retire_into(from, into);
  return true;
}

}  // namespace archipelago::engine
