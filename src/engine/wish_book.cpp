// What becomes of a wish. Rules: ENGINE.md, "Joining a friend".
#include "engine/wish_book.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::engine {

void WishBook::report(Index slot, std::string_view room) {
  auto const known = wishes_.find(slot);
  if (room.empty()) {
    if (known == wishes_.end() || known->second.state == State::none) return;
    auto& wish = known->second;
    if (wish.state == State::asked && !wish.counted) ++counters_.withdrawn;
    wish.state = State::none;
    wish.room.clear();
    released_.push_back(slot);
    return;
  }
  auto& wish = known == wishes_.end() ? wishes_[slot] : known->second;
  world_.players[slot].wishes = true;
  bool const soon = wish.changed && now_ - *wish.changed < kOneChangeIn;
  if (wish.room == room && (wish.state != State::refused || soon)) return;
  if (soon) {
    if (std::exchange(wish.warned, true)) return;
    ++counters_.asked;
    return count_refusal(slot, room, Refusal::too_soon);
  }
  if (wish.state == State::asked && !wish.counted) ++counters_.withdrawn;
  ++counters_.asked;
  wish.room = room;
  wish.state = State::asked;
  wish.warned = wish.counted = false;
  wish.changed = wish.since = now_;
  new_.push_back(slot);
}

void WishBook::adopt(Index slot) {
  auto const found = wishes_.find(slot);
  if (found == wishes_.end() || found->second.state != State::asked) return;
  auto& wish = found->second;
  wish.adopted = true;
  wish.changed.reset();  // it stood before
  auto& body = world_.bodies.body[world_.players.where(slot)];
  body.set(kGuest);
  ++world_.islands[body.island].guests;
  adopted_.push_back(slot);
}

void WishBook::forget(Index slot) {
  auto const found = wishes_.find(slot);
  if (found == wishes_.end()) return;
  if (found->second.state == State::asked && !found->second.counted) ++counters_.withdrawn;
  wishes_.erase(found);  // the next apply() clears the lists
}

std::string_view WishBook::room_of(Index slot) const {
  auto const found = wishes_.find(slot);
  return found == wishes_.end() || found->second.state == State::none
             ? std::string_view{}
             : std::string_view(found->second.room);
}

WishCounters WishBook::counters() const {
  auto counters = counters_;
  for (auto const* const list : {&new_, &waiting_})
    for (auto const slot : *list) {
      auto const found = wishes_.find(slot);
      bool const waits = found != wishes_.end() && found->second.state == State::asked;
      if (waits && !found->second.counted && found->second.queued == (list == &waiting_))
        ++counters.waiting;
    }
  return counters;
}

void WishBook::apply(Millis now) {
  now_ = now;
  refused_ = std::exchange(fresh_refused_, {});
  for (auto const slot : std::exchange(released_, {}))
    if (auto const found = wishes_.find(slot);
        found != wishes_.end() && found->second.state == State::none)
      let_go(slot);
  std::erase_if(granted_, [this](Index slot) { return !still_granted(slot); });
  queue_new();
  for (auto const island : std::exchange(claimed_, {})) world_.islands[island].claimed = 0;
  std::erase_if(waiting_, [this](Index slot) { return !still_waits(slot); });
  dismiss_adopted();
  regard_guests();
  confirm_adopted();
}

/// Those who asked since the last flush queue by name: the order of reports must not matter.
void WishBook::queue_new() {
  std::ranges::sort(new_);
  auto const twice = std::ranges::unique(new_);
  new_.erase(twice.begin(), twice.end());
  std::ranges::sort(new_, {},
                    [this](Index slot) -> std::string const& { return world_.players[slot].id; });
  for (auto const slot : std::exchange(new_, {})) {
    auto const found = wishes_.find(slot);
    if (found == wishes_.end() || found->second.state != State::asked) continue;
    found->second.since = now_;
    if (!std::exchange(found->second.queued, true)) waiting_.push_back(slot);
  }
}

bool WishBook::still_waits(Index slot) {
  auto const found = wishes_.find(slot);
  if (found == wishes_.end()) return false;
  auto& wish = found->second;
  wish.queued = false;
  if (wish.state != State::asked) return false;
  auto const island = world_.islands.resolve(wish.room);
  bool const known = island != kNone && world_.islands[island].size != 0;
  wish.adopted = wish.adopted && !known;
  if (wish.adopted) return false;  // see confirm_adopted()
  std::optional<Refusal> reason = Refusal::unknown_island;
  if (known) reason = try_grant(slot, wish, island);
  if (!reason) return false;
  bool const may_wait = *reason == Refusal::full || *reason == Refusal::too_many_guests;
  if (!may_wait || now_ - wish.since >= kPatience) {
    refuse(slot, wish, *reason);
    return false;
  }
  if (*reason == Refusal::full) {
    ++world_.islands[island].claimed;
    claimed_.push_back(island);
  }
  return wish.queued = true;
}

/// Seats that others wait for are theirs.
bool WishBook::place(Index slot) {
  auto const found = wishes_.find(slot);
  if (found == wishes_.end() || found->second.state != State::asked) return false;
  auto const row = world_.islands.resolve(found->second.room);
  if (row == kNone) return false;
  auto const& island = world_.islands[row];
  if (island.size == 0 || island.size + island.claimed >= world_.tuning.cap) return false;
  return !try_grant(slot, found->second, row);
}

std::optional<Refusal> WishBook::try_grant(Index slot, Wish& wish, Index row) {
  auto const body = world_.players.where(slot);
  auto const& island = world_.islands[row];
  if (world_.bodies.body[body].island != row) {
    if (island.size >= world_.tuning.cap) return Refusal::full;
    // Without a core member it falls apart in this flush, and a newcomer would be elsewhere again.
    if (island.guests >= std::min(world_.tuning.guests_most, island.size))
      return Refusal::too_many_guests;
    if (!world_.may_be_on(body, row)) return Refusal::not_allowed;
  }
  grant(slot, wish, row);
  return std::nullopt;
}

void WishBook::grant(Index slot, Wish& wish, Index row) {
  auto const index = world_.players.where(slot);
  auto& body = world_.bodies.body[index];
  body.set(kHeld);
  if (body.island != row) {
    if (body.is(kGuest)) make_core(index);
    world_.shift(index, row, Cause::wish);
    body.set(kGuest);
    ++world_.islands[row].guests;
  }
  wish.state = State::granted;
  wish.island = world_.islands[row].id;
  granted_.push_back(slot);
  if (!std::exchange(wish.counted, true)) ++counters_.honoured;
}

void WishBook::refuse(Index slot, Wish& wish, Refusal reason) {
  wish.state = State::refused;
  let_go(slot);
  if (!wish.counted) count_refusal(slot, wish.room, reason);
}

void WishBook::count_refusal(Index slot, std::string_view room, Refusal reason) {
  ++counters_.refused.at(static_cast<std::size_t>(reason));
  auto& list = reason == Refusal::too_soon ? fresh_refused_ : refused_;
  constexpr std::size_t kMostShown = 10'000;
  if (list.size() < kMostShown)
    list.push_back({world_.players[slot].id, std::string(room), reason});
}

/// Back to ordinary geometry.
void WishBook::let_go(Index slot) {
  auto const index = world_.players.where(slot);
  if (index == kNone) return;
  auto& body = world_.bodies.body[index];
  body.clear(kHeld);
  if (body.is(kGuest)) make_core(index);
}

void WishBook::make_core(Index index) {
  auto& body = world_.bodies.body[index];
  body.clear(kGuest);
  if (body.island != kNone) --world_.islands[body.island].guests;
}

/// Who was granted a wish and has been separated from it since waits again.
bool WishBook::still_granted(Index slot) {
  auto const found = wishes_.find(slot);
  if (found == wishes_.end() || found->second.state != State::granted) return false;
  auto& wish = found->second;
  auto const at = world_.bodies.body[world_.players.where(slot)].island;
  if (at != kNone && world_.islands[at].id == wish.island) return true;
  auto const island = world_.islands.resolve(wish.island);
  if (island != kNone && island == at) {
    wish.island = world_.islands[island].id;
    return true;
  }
  wish.state = State::asked;
  wish.since = now_;
  if (!std::exchange(wish.queued, true)) waiting_.push_back(slot);
  return false;
}

}  // namespace archipelago::engine
