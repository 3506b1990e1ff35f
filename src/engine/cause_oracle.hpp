// For tests: is every change of island what its cause says? Judged from the outside: by what was
// reported, and by who was where before and after a flush (ENGINE 7, property 9).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "archipelago/engine.hpp"
#include "engine/growth.hpp"
#include "engine/oracle.hpp"
#include "engine/tuning.hpp"

namespace archipelago::engine::oracle {

/// What an engine says of a player after a flush.
struct Seen {
  Position at;
  std::string island;
  bool guest = false, crowded = false;
  std::string wish;
};
using Sight = std::map<std::string, Seen>;

/// One change, texts of its own.
struct Step {
  std::string from, to;
  Cause cause{};
};
using Steps = std::map<std::string, Step>;  ///< by player

class CauseJudge {
 public:
  CauseJudge(Limits const& limits, CrowdOptions const& options)
      : limits_(limits), tuning_(limits, options) {}

  void reported(std::string const& player, Position at) {
    auto const [entry, is_new] = people_.try_emplace(player);
    arrived_ += is_new ? 1 : 0;
    auto& person = entry->second;
    if (person.at != at) {
      person.walked = flush_ + 1;
      person.chosen_at_rest = 0;
    }
    person.at = at;
  }
  void wished(std::string const& player, std::string const& room) {
    auto& person = people_[player];
    if (room.empty()) {
      person.rooms.clear();
      person.held = false;
    } else {
      person.rooms.insert(room);
      person.held = person.held && person.rooms.size() == 1;
    }
  }
  void left(std::string const& player) { people_.erase(player); }
  void refused(std::string const& player) {
    if (auto const found = people_.find(player); found != people_.end()) found->second.held = false;
  }

  /// `before`: who was told of which island, before the flush.
  void judge(Partition const& before, Sight const& after, Steps const& steps, double seconds) {
    ++flush_;
    before_ = &before;
    after_ = &after;
    steps_ = &steps;
    known_.clear();
    for (auto const& [player, island] : before) known_.insert(island);
    for (auto const& [player, s] : steps)
      if (s.cause == Cause::merge) heirs_[s.from] = s.to;
    allowed_ += tuning_.budget * static_cast<double>(after.size()) * seconds / 60;
    std::size_t chosen = 0;
    for (auto const& [player, s] : steps) {
      ++counts.at(static_cast<std::size_t>(s.cause));
      RC_ASSERT((s.cause == Cause::departure) == s.to.empty());
      if (s.from.empty()) RC_ASSERT(s.cause == Cause::arrival || s.cause == Cause::wish);
      if (!s.to.empty() && !s.from.empty()) judge(player, s);
      if (s.cause == Cause::voluntary) ++chosen;
    }
    chosen_ += static_cast<double>(chosen);
    RC_ASSERT(chosen_ <= allowed_ + 1e-6);
    judge_growth();
    for (auto const& [player, s] : steps)
      if (!s.to.empty() && s.cause != Cause::merge)
        people_.at(player).held = s.cause == Cause::wish && after.at(player).guest;
  }

  /// Where those of an island are after all merges.
  [[nodiscard]] std::string heir(std::string island) const {
    while (heirs_.contains(island)) island = heirs_.at(island);
    return island;
  }

  std::array<std::uint64_t, static_cast<std::size_t>(Cause::count_)> counts{};

 private:
  struct Record {
    Position at;
    int walked = 0;               ///< the flush that last saw it elsewhere than the one before
    int chosen_at = -1'000;       ///< the flush that last moved it by choice
    int chosen_at_rest = 0;       ///< such moves since it came to rest
    bool held = false;            ///< by a wish that was granted
    std::set<std::string> rooms;  ///< that it asked for since it last withdrew
  };

  /// Carving and gathering are paid by growth.
  void judge_growth() {
    std::size_t people = 0;
    for (auto const& [player, seen] : *after_) people += seen.crowded ? 1 : 0;
    for (auto const& [player, s] : *steps_)
      structural_ += s.cause == Cause::carve || s.cause == Cause::gather ? 1 : 0;
    grown_ += std::max(people - std::min(people, crowded_), std::exchange(arrived_, 0));
    crowded_ = people;
    RC_ASSERT(structural_ <= Growth::kMoves * static_cast<double>(grown_));
  }

  void judge(std::string const& player, Step const& s) {
    switch (s.cause) {
      case Cause::split:
        return judge_split(player, s);
      case Cause::merge:
        return judge_merge(s);
      case Cause::wish:
        return judge_wish(player, s);
      case Cause::carve:
        judge_choice(player);
        return judge_carve(s);
      case Cause::gather:
        judge_choice(player);
        judge_gather(s);
        return judge_nearness(player, s);
      case Cause::voluntary:
        judge_choice(player);
        return judge_nearness(player, s);
      default:
        RC_FAIL("a cause that moves nobody from island to island");
    }
  }

  [[nodiscard]] Step const* step_of(std::string const& player) const {
    auto const found = steps_->find(player);
    return found == steps_->end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::string island_before(std::string const& player) const {
    auto const found = before_->find(player);
    return found == before_->end() ? std::string() : found->second;
  }

  /// No chain at leave distance leads to anybody who stayed; choice takes nobody off that it leads
  /// over.
  /// (Wishes come before geometry: a merge may have brought back whom one took off.)
  void judge_split(std::string const& player, Step const& s) const {
    People left_over;
    std::set<std::string> stayed;
    for (auto const& [other, seen] : *after_) {
      if (seen.guest || island_before(other) != s.from) continue;
      if (!seen.wish.empty() && room_before(seen.wish) != s.from) continue;
      auto const* const step = step_of(other);
      if (step != nullptr && step->cause == Cause::wish) continue;
      left_over[other] = {.at = seen.at, .island = {}, .before = {}};
      if (step == nullptr || step->cause == Cause::merge) stayed.insert(other);
    }
    for (auto const &group : groups(left_over, [&](Person const& a, Person const& b) {
           return within(a.at, b.at, limits_.leave_distance);
         }))
      if (std::ranges::find(group, player) != group.end())
        for (auto const& other : group) RC_ASSERT(!stayed.contains(other));
  }

  /// The room of a wish when wishes are granted: before the merges of this flush.
  [[nodiscard]] std::string room_before(std::string room) const {
    while (!known_.contains(room) && heirs_.contains(room)) room = heirs_.at(room);
    return room;
  }

  /// The whole island went, to one place; in a crowd only as the stated rule has it.
  void judge_merge(Step const& s) const {
    std::map<std::string, Index> parts;
    Index size = 0;
    bool quiet = true, crowded = false;
    for (auto const& [other, seen] : *after_) {
      RC_ASSERT(seen.island != s.from);
      auto const* const step = step_of(other);
      if (step != nullptr && step->cause == Cause::merge && step->from == s.from)
        RC_ASSERT(step->to == s.to);
      if (seen.island != s.to) continue;
      ++size;
      crowded = crowded || seen.crowded;
      if (step != nullptr && step->cause == Cause::merge)
        ++parts[step->from];
      else if (step == nullptr)
        ++parts[s.to];
      else
        quiet = false;
    }
    if (!crowded || !quiet || size <= tuning_.merge_most) return;
    RC_ASSERT(std::ranges::any_of(parts, [&](auto const& p) { return p.second <= tuning_.small; }));
  }

  /// To the room that it asked for, or to what that one was merged into.
  void judge_wish(std::string const& player, Step const& s) const {
    auto const& seen = after_->at(player);
    RC_ASSERT(people_.at(player).rooms.contains(seen.wish));
    auto const asked = room_before(seen.wish);
    auto const room = heir(asked);
    if (room == s.to) return;
    // In the same flush the island was merged away by people who are there for causes of their own,
    // or the player was no guest any more: near to people who were split off with it, or where
    // nobody was left but guests (who had wished to leave themselves are no reason to be there).
    bool went_along = false, stayed = false, alive = false;
    for (auto const& [other, there] : *after_) {
      alive = alive || there.island == room;
      if (island_before(other) != asked) continue;
      went_along = went_along || there.island == s.to;
      stayed = stayed || (there.island == room && there.wish.empty());
    }
    RC_ASSERT(!alive || !seen.guest);
    RC_ASSERT(went_along || !stayed);
  }

  /// Whatever is the engine's own choice.
  void judge_choice(std::string const& player) {
    auto& person = people_.at(player);
    RC_ASSERT(!person.held);
    RC_ASSERT(flush_ - person.chosen_at >= tuning_.cooldown);
    person.chosen_at = flush_;
    if (flush_ > person.walked + kSlowsWithin) RC_ASSERT(++person.chosen_at_rest <= kMostAtRest);
  }

  void judge_carve(Step const& s) const {
    std::size_t around = 0, carved = 0, size = 0;
    for (auto const& [other, seen] : *after_) {
      auto const* const step = step_of(other);
      bool const passed = step != nullptr && step->cause != Cause::carve && step->from != s.from;
      if (passed || island_before(other) == s.from || seen.island == s.from) ++around;
      if (seen.island != s.to) continue;
      ++size;
      if (step != nullptr && step->cause == Cause::carve) ++carved;
    }
    RC_ASSERT(around >= tuning_.full);
    bool const founded = !known_.contains(s.to);
    RC_ASSERT(founded || size <= tuning_.merge_most || size - carved <= tuning_.small ||
              carved <= tuning_.small);
  }

  /// To one that is large.
  void judge_gather(Step const& s) const {
    auto const size = std::ranges::count_if(
        *after_, [&](auto const& entry) { return entry.second.island == s.to; });
    RC_ASSERT(static_cast<std::size_t>(size) > tuning_.small);
  }

  /// To people who are near.
  void judge_nearness(std::string const& player, Step const& s) const {
    auto const at = after_->at(player).at;
    RC_ASSERT(std::ranges::any_of(*after_, [&](auto const& entry) {
      auto const& [other, seen] = entry;
      return other != player && !seen.guest && within(at, seen.at, limits_.join_distance) &&
             (seen.island == s.to || heir(island_before(other)) == s.to);
    }));
  }

  static constexpr int kSlowsWithin = 7;  // flushes until the average speed forgets a walk
  static constexpr int kMostAtRest = 3;

  Limits limits_;
  Tuning tuning_;
  std::map<std::string, Record> people_;
  std::map<std::string, std::string> heirs_;  ///< islands merged away
  std::set<std::string> known_;               ///< islands that were there before
  Partition const* before_ = nullptr;
  Sight const* after_ = nullptr;
  Steps const* steps_ = nullptr;
  double allowed_ = 0, chosen_ = 0;  ///< moves by choice that the budget pays, and that there were
  double structural_ = 0;            ///< moves that growth pays
  std::size_t grown_ = 0, crowded_ = 0, arrived_ = 0;  ///< of the players: ever, now, since then
  int flush_ = 0;
};

}  // namespace archipelago::engine::oracle
