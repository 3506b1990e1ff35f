// Guests that are none any more: near to a core member, or left without one; and who of those that
// were adopted is a guest.
#include <algorithm>
#include <utility>

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
    if (members.empty() && world_.islands[guests[i].first].adopted) {
      auto const first = most_central(theirs);
      std::erase(theirs, first);
      make_core(first);
      members.push_back(first);
    }
    if (members.empty()) {
      for (auto const guest : theirs) make_core(guest);
      continue;
    }
    while (anchor_guests(theirs, members)) {
    }
  }
}

/// Where all who were adopted wish to be on their island, those around this one are its core.
Index WishBook::most_central(std::vector<Index> const& guests) {
  auto const &x = world_.bodies.x, &z = world_.bodies.z;
  auto const born = [this](Index body) {
    return world_.players.born(world_.bodies.body[body].slot);
  };
  Index best = kNone;
  std::ptrdiff_t most = 0;
  world_.work += guests.size() * guests.size();
  for (auto const guest : guests) {
    auto const near = std::ranges::count_if(guests, [&](Index other) {
      return world_.join.covers(x[guest], z[guest], x[other], z[other]);
    });
    if (near < most || (near == most && born(guest) > born(best))) continue;
    best = guest;
    most = near;
  }
  return best;
}

/// Who wishes to be elsewhere is no guest where it is.
void WishBook::dismiss_adopted() {
  for (auto const slot : adopted_)
    if (auto const found = wishes_.find(slot); found != wishes_.end())
      if (found->second.state == State::asked && !found->second.adopted) let_go(slot);
}

/// A wish for an island that nobody knows any more: who stands apart from the others of its island
/// is there because the one that it named was merged into it, before it was adopted.
void WishBook::confirm_adopted() {
  for (auto const slot : std::exchange(adopted_, {})) {
    auto const found = wishes_.find(slot);
    if (found == wishes_.end() || !std::exchange(found->second.adopted, false)) continue;
    if (found->second.state != State::asked) continue;
    auto const& body = world_.bodies.body[world_.players.where(slot)];
    if (body.is(kGuest))
      grant(slot, found->second, body.island);
    else
      refuse(slot, found->second, Refusal::unknown_island);
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
