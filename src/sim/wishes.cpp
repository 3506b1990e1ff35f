// Wishes: made, told, judged.
#include "sim/wishes.hpp"

#include <algorithm>

namespace archipelago::sim {
namespace {

constexpr std::size_t kSoon = 3;       // flushes (ENGINE.md 3: the goal)
constexpr std::size_t kPatience = 15;  // flushes: thirty seconds

bool has_seat(engine::Engine const& engine, std::string_view island) {
  bool seat = false;
  engine.see_island(
      island, [&](engine::IslandView const& view) { seat = view.members.size() < view.max_peers; });
  return seat;
}

}  // namespace

std::optional<std::string> Wishes::take(std::uint64_t person) {
  if (told_next_.empty()) return std::nullopt;
  auto wish = told_next_.extract(person);
  if (wish.empty()) return std::nullopt;
  return std::move(wish.mapped());
}

void Wishes::make(Person const& person, std::span<Person const> people,
                  engine::Engine const& engine) {
  auto const& other = people[chance_.below(people.size())];
  if (other.number > newest_ || other.number == person.number) return;
  auto const player = name_of(person), friend_name = name_of(other);
  auto const here = engine.find(player), there = engine.find(friend_name);
  if (!here || !there || here->island.empty() || here->island == there->island) return;
  std::string const island(there->island);
  bool const possible = has_seat(engine, island);
  ++figures_.asked;
  told_next_.emplace(person.number, island);
  open_.push_back({player, friend_name, island, 0, possible});
}

bool Wishes::settled(Wish& wish, engine::Engine const& engine) {
  ++wish.age;
  auto const here = engine.find(wish.player);
  if (!here) {
    ++figures_.withdrawn;
    return true;
  }
  auto const there = engine.find(wish.friend_name);
  bool const together = here->island == wish.island || (there && here->island == there->island);
  bool const over = together || refused(wish, engine);
  if (wish.possible && (over || wish.age == kSoon)) {
    wish.possible = false;
    ++figures_.possible;
    if (together) ++figures_.possible_honoured;
  }
  if (together) ++(wish.age <= kSoon ? figures_.honoured : figures_.late);
  if (over || wish.age < kPatience) return over;
  ++figures_.refused[there ? "not within 30 s" : "friend left"];
  return true;
}

bool Wishes::refused(Wish const& wish, engine::Engine const& engine) {
  for (auto const& refusal : engine.refused_wishes())
    if (refusal.player == wish.player && refusal.room == wish.island) {
      ++figures_.refused[std::string(engine::name_of(refusal.reason))];
      return true;
    }
  return false;
}

void Wishes::after_flush(std::span<Person const> people, engine::Engine const& engine) {
  if (share_ <= 0) return;
  std::erase_if(open_, [&](Wish& wish) { return settled(wish, engine); });
  auto newest = newest_;
  for (auto const& person : people) {
    if (person.number <= newest_) continue;
    newest = std::max(newest, person.number);
    if (chance_.happens(share_)) make(person, people, engine);
  }
  newest_ = newest;
}

}  // namespace archipelago::sim
