// Properties of the crowd policy, over random histories, after every flush.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/engine.hpp"
#include "engine/oracle.hpp"
#include "engine/tuning.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

using oracle::Partition;
using std::chrono::milliseconds;

enum class Kind : std::uint8_t { report, wish, unwish, leave, flush };
struct Event {
  Kind kind;
  int player, wish;
  Position at;
};

// Found by rapidcheck when it prints a counterexample.
[[maybe_unused]] void showValue(Event const& e, std::ostream& out) {
  out << static_cast<int>(e.kind) << " p" << e.player << ' ' << e.at.x << ',' << e.at.z << " I"
      << e.wish << "; ";
}

/// A history of many players in a square, so wide that all of `cap`, crowds and loners occur.
rc::Gen<Event> events(int players, int steps, bool wishes) {
  auto const coordinate = rc::gen::map(rc::gen::inRange(-steps, steps),
                                       [](int n) { return 8.0F * static_cast<float>(n); });
  return rc::gen::apply(
      [wishes](int kind, int player, int wish, float x, float z) {
        auto const k = kind < 20   ? Kind::report
                       : kind < 22 ? Kind::leave
                       : kind < 25 ? Kind::flush
                       : !wishes   ? Kind::report
                       : kind < 28 ? Kind::wish
                                   : Kind::unwish;
        return Event{k, player, wish, {x, 0, z}};
      },
      rc::gen::inRange(0, 29), rc::gen::inRange(0, players), rc::gen::inRange(1, 30), coordinate,
      coordinate);
}

struct Setting {
  std::uint32_t cap;
  int players, steps;
};

struct Run {
  explicit Run(std::uint32_t the_cap)
      : cap(the_cap),
        engine(make_crowd_engine(limits(), {},
                                 {[this] {
                                    auto id = ids();
                                    RC_ASSERT(all_ids.insert(id).second);
                                    return id;
                                  },
                                  {}})) {}

  [[nodiscard]] Limits limits() const {
    return {.join_distance = 64, .leave_distance = 80, .max_peers = cap};
  }

  void apply(Event const& e) {
    auto const player = "p" + std::to_string(e.player);
    if (e.kind == Kind::flush) return flush();
    if (e.kind == Kind::leave) {
      here.erase(player);
      before.erase(player);
      return engine->leave(player);
    }
    here[player] = e.at;
    if (e.kind == Kind::wish)
      engine->report(player, e.at, "I" + std::to_string(e.wish));
    else if (e.kind == Kind::unwish)
      engine->report(player, e.at, "");
    else
      engine->report(player, e.at);
  }

  void flush() {
    std::set<std::string> told;
    for (auto const& c : engine->flush(now += milliseconds(2000))) {
      std::string const player(c.player), from(c.from), to(c.to);
      RC_ASSERT(told.insert(player).second);
      RC_ASSERT(from != to);
      auto const known = belief.find(player);
      RC_ASSERT(from.empty() || (known != belief.end() && known->second == from));
      log += player + ":" + from + ">" + to + "\n";
      if (to.empty())
        belief.erase(player);
      else
        belief[player] = to;
    }
    log += "--\n";
    if (checks) check();
    before = belief;
  }

  /// ENGINE 7: 1, 2, 3, 4, 6.
  void check() {
    std::map<std::string, std::string> state;
    oracle::People cores;
    engine->each_island([&](IslandView const& island) {
      RC_ASSERT(!island.members.empty() && island.members.size() <= cap);
      for (auto const& m : island.members) {
        std::string const player(m.player);
        RC_ASSERT(state.emplace(player, island.id).second);
        RC_ASSERT(engine->find(player)->island == island.id);
        auto const why = engine->explain(player, 0);
        if (why->guest) continue;
        cores[player] = {m.at, std::string(island.id),
                         before.contains(player) ? before.at(player) : std::string(),
                         !why->wish.empty()};
      }
    });
    RC_ASSERT(state == belief);
    RC_ASSERT(state.size() == here.size() && engine->player_count() == here.size());
    oracle::check_connected(cores, 80);
    oracle::check_components(cores, state, cap);
    oracle::check_merges(cores, state, Tuning(limits(), {}));
    RC_ASSERT(engine->work() <= 8'000 * (here.size() + 1));
  }

  bool checks = true;
  std::uint32_t cap;
  testing::CountingIds ids{"I"};
  std::set<std::string> all_ids;
  std::map<std::string, Position> here;
  std::map<std::string, std::string> belief, before;
  std::string log;
  milliseconds now{};
  std::unique_ptr<Engine> engine;
};

/// Who stands is moved three times at most, and the budget allows 0.3 moves a minute each.
constexpr int kRestWithin = 330;

auto histories(Setting const& s, bool wishes) {
  return rc::gen::scale(4,
                        rc::gen::container<std::vector<Event>>(events(s.players, s.steps, wishes)));
}

Setting any_setting() {
  return *rc::gen::element<Setting>(Setting{100, 40, 40}, Setting{10, 40, 25}, Setting{5, 60, 20},
                                    Setting{3, 40, 12}, Setting{2, 20, 10}, Setting{1, 10, 10},
                                    Setting{20, 120, 25});
}

RC_GTEST_PROP(CrowdProperty, EveryStateIsExactBelowTheCapAndSoundAboveIt, ()) {
  auto const setting = any_setting();
  Run run(setting.cap);
  for (auto const& e : *histories(setting, false)) run.apply(e);
  run.flush();
}

RC_GTEST_PROP(CrowdProperty, EveryStateIsSoundWithWishesToo, ()) {
  auto const setting = any_setting();
  Run run(setting.cap);
  for (auto const& e : *histories(setting, true)) run.apply(e);
  run.flush();
  auto const w = run.engine->wishes();
  auto ended = w.honoured + w.withdrawn + w.waiting;
  for (auto const refused : w.refused) ended += refused;
  RC_ASSERT(ended == w.asked);
}

RC_GTEST_PROP(CrowdProperty, ASecondFlushChangesNothingBelowTheCapAndCrowdsComeToRest, ()) {
  auto const setting = any_setting();
  Run run(setting.cap);
  run.checks = false;
  bool crowded = false;
  for (auto const& e : *histories(setting, false)) run.apply(e);
  run.flush();
  for (auto const& [player, at] : run.here)
    crowded = crowded || run.engine->explain(player, 0)->crowded;
  auto const size = run.log.size();
  run.flush();
  if (!crowded) RC_ASSERT(run.log.size() == size + 3);
  run.checks = false;
  for (int i = 0; i < kRestWithin; ++i) run.flush();
  auto const rested = run.log.size();
  for (int i = 0; i < 20; ++i) run.flush();
  RC_ASSERT(run.log.size() == rested + 60);
}

RC_GTEST_PROP(CrowdProperty, TheOrderOfReportsWithinABatchDoesNotMatter, ()) {
  auto const setting = any_setting();
  auto const history = *histories(setting, true);
  Run forwards(setting.cap), backwards(setting.cap);
  std::map<int, Event> batch;  // one event a player
  auto const send = [&] {
    for (auto const& [player, e] : batch) forwards.apply(e);
    for (auto e = batch.rbegin(); e != batch.rend(); ++e) backwards.apply(e->second);
    batch.clear();
    forwards.flush();
    backwards.flush();
  };
  for (auto const& e : history) {
    if (e.kind == Kind::flush)
      send();
    else
      batch.insert_or_assign(e.player, e);
  }
  send();
  RC_ASSERT(forwards.log == backwards.log);
}

RC_GTEST_PROP(CrowdProperty, ATranslationChangesNothing, (int dx, int dz)) {
  auto const setting = any_setting();
  auto const history = *histories(setting, true);
  Run here(setting.cap), there(setting.cap);
  for (auto e : history) {
    here.apply(e);
    e.at.x += 8.0F * static_cast<float>(dx % 1000);
    e.at.z += 0.125F * static_cast<float>(dz % 10'000);
    there.apply(e);
  }
  here.flush();
  there.flush();
  RC_ASSERT(here.log == there.log);
}

RC_GTEST_PROP(CrowdProperty, AReplayGivesTheSameChanges, ()) {
  auto const setting = any_setting();
  auto const history = *histories(setting, true);
  Run first(setting.cap), second(setting.cap);
  for (auto const& e : history) first.apply(e);
  for (auto const& e : history) second.apply(e);
  RC_ASSERT(first.log == second.log);
}

/// Placing between flushes changes who is told when, and keeps every promise.
RC_GTEST_PROP(CrowdProperty, PlacingBetweenFlushesKeepsTheCapAndTellsEverybodyOnce, ()) {
  auto const setting = any_setting();
  Run run(setting.cap);
  for (auto const& e : *histories(setting, true)) {
    run.apply(e);
    for (auto const& c : run.engine->place(run.now)) {
      if (c.to.empty())
        run.belief.erase(std::string(c.player));
      else
        run.belief[std::string(c.player)] = c.to;
    }
    run.before = run.belief;
    run.engine->each_island(
        [&](IslandView const& v) { RC_ASSERT(v.members.size() <= setting.cap); });
  }
  run.flush();
}

}  // namespace
}  // namespace archipelago::engine
