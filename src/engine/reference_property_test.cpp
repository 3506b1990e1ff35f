// No history, however odd, breaks what the engine promises.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/engine.hpp"
#include "support/counting_ids.hpp"
#include "support/take_over.hpp"

namespace archipelago::engine {
namespace {

enum class Kind : std::uint8_t { report, wish, leave, flush };

struct Event {
  Kind kind;
  std::string player;
  Position at;
  std::string wish;
};

// Found by rapidcheck when it prints a counterexample.
[[maybe_unused]] void showValue(Event const& e, std::ostream& out) {
  out << static_cast<int>(e.kind) << ' ' << e.player << ' ' << e.at.x << ',' << e.at.z << ' '
      << e.wish;
}

rc::Gen<Event> events() {
  auto const coordinate =
      rc::gen::map(rc::gen::inRange(-40, 40), [](int n) { return 8.0F * static_cast<float>(n); });
  return rc::gen::apply(
      [](int kind, int player, float x, float z, int wish) {
        auto const k = kind < 10   ? Kind::report
                       : kind < 12 ? Kind::wish
                       : kind < 13 ? Kind::leave
                                   : Kind::flush;
        return Event{k, "p" + std::to_string(player), {x, 0, z}, "I" + std::to_string(wish)};
      },
      rc::gen::inRange(0, 16), rc::gen::inRange(0, 24), coordinate, coordinate,
      rc::gen::inRange(1, 10));
}

using Belief = std::map<std::string, std::string>;  // player -> island, from the changes alone

struct Run {
  explicit Run(std::uint32_t cap)
      : engine(make_reference_engine({.join_distance = 64, .leave_distance = 80, .max_peers = cap},
                                     {[this] { return fresh_id(); }, {}})) {}

  std::string fresh_id() {
    auto id = ids();
    all_ids.insert(id);
    return id;
  }

  void apply(Event const& e) {
    if (e.kind == Kind::flush) return flush();
    if (e.kind == Kind::leave) {
      here.erase(e.player);
      return engine->leave(e.player);
    }
    here.insert(e.player);
    auto const wish = e.kind == Kind::wish ? std::optional<std::string_view>(e.wish) : std::nullopt;
    engine->report(e.player, e.at, wish);
  }

  void flush() {
    for (auto const& c : engine->flush({})) {
      log += std::string(c.player) + ":" + std::string(c.from) + ">" + std::string(c.to) + "\n";
      if (c.to.empty())
        belief.erase(std::string(c.player));
      else
        belief[std::string(c.player)] = c.to;
    }
    log += "--\n";
  }

  testing::CountingIds ids{"I"};
  std::set<std::string> all_ids, here;
  Belief belief;
  std::string log;
  std::unique_ptr<Engine> engine;
};

void expect_sound(Run const& run, std::uint32_t cap) {
  Belief state;
  std::set<std::string> ids;
  run.engine->each_island([&](IslandView const& island) {
    RC_ASSERT(!island.members.empty());
    RC_ASSERT(island.members.size() <= cap);
    RC_ASSERT(ids.emplace(island.id).second);
    RC_ASSERT(run.all_ids.contains(std::string(island.id)));
    for (auto const& m : island.members) {
      RC_ASSERT(state.emplace(m.player, island.id).second);
      RC_ASSERT(run.engine->find(m.player)->island == island.id);
    }
  });
  RC_ASSERT(state.size() == run.engine->player_count());
  RC_ASSERT(state == run.belief);
  RC_ASSERT(std::ranges::equal(run.here, state, {}, {}, [](auto const& s) { return s.first; }));
}

auto histories() {
  return rc::gen::container<std::vector<Event>>(events());
}

RC_GTEST_PROP(ReferenceProperty, EverybodyIsOnExactlyOneIslandWithinTheCapAndTheChangesTellWhich,
              ()) {
  auto const cap = *rc::gen::element<std::uint32_t>(1, 2, 3, 5, 100);
  Run run(cap);
  for (auto const& e : *histories()) {
    run.apply(e);
    if (e.kind == Kind::flush) expect_sound(run, cap);
  }
  run.flush();
  expect_sound(run, cap);
}

RC_GTEST_PROP(ReferenceProperty, AReplayGivesTheSameChanges, ()) {
  auto const history = *histories();
  Run first(3), second(3);
  for (auto const& e : history) first.apply(e);
  for (auto const& e : history) second.apply(e);
  first.flush();
  second.flush();
  RC_ASSERT(first.log == second.log);
}

RC_GTEST_PROP(ReferenceProperty, AFlushWithoutInputChangesNothing, ()) {
  Run run(5);
  for (auto const& e : *histories()) run.apply(e);
  run.flush();
  RC_ASSERT(run.engine->flush({}).empty());
}

/// Whatever the cap: who is where, and in which order, is all that this policy knows.
RC_GTEST_PROP(ReferenceProperty, AnotherEngineThatTakesOverGoesOnWithTheSameChanges, ()) {
  auto const cap = *rc::gen::element<std::uint32_t>(1, 3, 100);
  auto const before = *histories(), after = *histories();
  Run goes_on(cap), old(cap);
  for (auto* const run : {&goes_on, &old}) {
    for (auto const& e : before) run->apply(e);
    run->flush();
  }
  Run taken_over(cap);
  taken_over.ids = old.ids;
  testing::take_over(*old.engine, *taken_over.engine);
  RC_ASSERT(taken_over.engine->player_count() == old.here.size());
  goes_on.log.clear();
  for (auto* const run : {&goes_on, &taken_over}) {
    for (auto const& player : old.here)  // this policy looks only at islands with news
      run->engine->report(player, run->engine->find(player)->at);
    for (auto const& e : after) run->apply(e);
    run->flush();
  }
  RC_ASSERT(goes_on.log == taken_over.log);
}

/// Below the cap, where nobody has an island yet, the partition is that of the join graph whatever
/// the order.
RC_GTEST_PROP(ReferenceProperty, TheOrderOfArrivalDoesNotChangeWhoIsTogether, ()) {
  auto const history = *histories();
  std::map<std::string, Position> places;
  for (auto const& e : history) places[e.player] = e.at;
  auto const partition = [&](bool backwards) {
    Run run(100);
    std::vector<std::pair<std::string, Position>> order(places.begin(), places.end());
    if (backwards) std::ranges::reverse(order);
    for (int flush = 0; flush < 8; ++flush) {  // the known rules may need several
      for (auto const& [player, at] : order) run.engine->report(player, at);
      run.flush();
    }
    std::set<std::set<std::string>> islands;
    run.engine->each_island([&](IslandView const& island) {
      std::set<std::string> members;
      for (auto const& m : island.members) members.emplace(m.player);
      islands.insert(members);
    });
    return islands;
  };
  RC_ASSERT(partition(false) == partition(true));
}

}  // namespace
}  // namespace archipelago::engine
