// Guests that are none any more: near to a core member, or left without one.
#include <algorithm>

#include "engine/wish_book.hpp"

namespace archipelago::engine {

void WishBook::regard_guests() {
  bool some = false;
  for (Index row = 0; row < world_.islands.row_count(); ++row)
    some = some || world_.islands[row].guests != 0;
  if (!some) return;
  std::vector<std::pair<Index, Index>> guests, cores;  // island, body
  auto const& bodies = world_.bodies;
  for (Index i = 0; i < bodies.size(); ++i)
    if (bodies.body[i].is(kGuest) && !bodies.body[i].is(kGone))
      guests.emplace_back(bodies.body[i].island, i);
  for (Index i = 0; i < bodies.size(); ++i) {
    auto const& body = bodies.body[i];
    if (!body.is(kGuest) && !body.is(kGone) && body.island != kNone &&
        world_.islands[body.island].guests != 0)
      cores.emplace_back(body.island, i);
  }
  std::ranges::sort(guests);
  std::ranges::sort(cores);
  auto const of = [](auto const& list, Index island) {
    std::vector<Index> found;
    for (auto const& entry :
         std::ranges::equal_range(list, island, {}, [](auto const& e) { return e.first; }))
      found.push_back(entry.second);
    return found;
  };
  for (std::size_t i = 0; i < guests.size(); ++i) {
    if (i != 0 && guests[i].first == guests[i - 1].first) continue;
    auto theirs = of(guests, guests[i].first);
    auto members = of(cores, guests[i].first);
    if (members.empty()) {
      for (auto const guest : theirs) make_core(guest);
      continue;
    }
    while (anchor_guests(theirs, members)) {
    }
  }
}

/// Guests near to a core member become core members. True if some did: others may follow.
bool WishBook::anchor_guests(std::vector<Index>& guests, std::vector<Index>& cores) {
  auto const &x = world_.bodies.x, &z = world_.bodies.z;
  auto const before = cores.size();
  std::erase_if(guests, [&](Index guest) {
    world_.work += cores.size();
    bool const near = std::ranges::any_of(cores, [&](Index core) {
      return world_.join.covers(x[guest], z[guest], x[core], z[core]);
    });
    if (near) {
      make_core(guest);
      cores.push_back(guest);
    }
    return near;
  });
  return cores.size() != before && !guests.empty();
}

}  // namespace archipelago::engine
