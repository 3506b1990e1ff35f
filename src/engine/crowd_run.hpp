// For tests: random histories, and a crowd engine that plays them with all rules checked after
// every flush.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "archipelago/engine.hpp"
#include "engine/cause_oracle.hpp"
#include "engine/oracle.hpp"
#include "engine/tuning.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {

enum class Kind : std::uint8_t { report, wish, unwish, leave, flush };
struct Event {
  Kind kind;
  int player, wish;
  Position at;
};
using History = std::vector<Event>;

// Found by rapidcheck when it prints a counterexample.
inline void showValue(Event const& e, std::ostream& out) {
  out << static_cast<int>(e.kind) << " p" << e.player << ' ' << e.at.x << ',' << e.at.z << " I"
      << e.wish << "; ";
}

struct Setting {
  std::uint32_t cap;
  int players, steps;
  double budget = 0.30;
};
inline void showValue(Setting const& s, std::ostream& out) {
  out << "cap " << s.cap << ", " << s.players << " players, " << s.steps << " steps, budget "
      << s.budget;
}

/// People who jump about a square, so wide that all of `cap`, crowds and loners occur.
inline rc::Gen<Event> jumps(Setting const& s, bool wishes) {
  auto const coordinate = rc::gen::map(rc::gen::inRange(-s.steps, s.steps),
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
      rc::gen::inRange(0, 29), rc::gen::inRange(0, s.players), rc::gen::inRange(1, 30), coordinate,
      coordinate);
}

/// People in a disc who mostly stand, some stroll, some walk; a few leave and come back, or wish.
struct Party {
  int people, flushes;
  float spacing;  ///< m, between neighbours
  std::uint64_t seed;
  std::size_t walker = 5;  ///< one of so many never stands

  [[nodiscard]] History history(bool wishes) const {
    std::mt19937_64 random(seed);
    auto const chance = [&](std::uint64_t of) { return random() % of == 0; };
    auto const step = [&](int most) {  // 1/8 m: exact wherever it is
      return 0.125F *
             static_cast<float>(static_cast<int>(random() % (16U * unsigned(most) + 1)) - 8 * most);
    };
    auto const half = static_cast<int>(spacing * std::sqrt(static_cast<float>(people)) / 2) + 1;
    std::vector<Position> at(static_cast<std::size_t>(people));
    std::vector<bool> here(at.size());
    History all;
    for (int flush = 0; flush < flushes; ++flush) {
      for (std::size_t i = 0; i < at.size(); ++i) {
        auto const player = static_cast<int>(i);
        bool const arrives = !here[i];
        if (arrives && flush > 0 && !chance(8)) continue;
        if (!arrives && chance(100)) {
          here[i] = false;
          all.push_back({Kind::leave, player, 0, {}});
          continue;
        }
        bool const moves = arrives || i % walker == 0 || chance(20);
        bool const wants = wishes && !arrives && chance(60);
        if (!moves && !wants) continue;
        here[i] = true;
        if (arrives)
          at[i] = {step(half), 0, step(half)};
        else if (moves)
          at[i] = {at[i].x + step(i % walker == 0 ? 6 : 12), 0, at[i].z + step(12)};
        all.push_back({!wants      ? Kind::report
                       : chance(4) ? Kind::unwish
                                   : Kind::wish,
                       player, static_cast<int>(random() % 64), at[i]});
      }
      all.push_back({Kind::flush, 0, 0, {}});
    }
    return all;
  }
};
inline void showValue(Party const& p, std::ostream& out) {
  out << p.people << " people, " << p.flushes << " flushes, spacing " << p.spacing << ", seed "
      << p.seed << ", one of " << p.walker << " walks";
}

/// Grows with rapidcheck's size: a soak only needs a larger max_size.
inline Party any_party() {
  return *rc::gen::withSize([](int size) {
    return rc::gen::apply(
        [](int people, int flushes, float spacing, std::size_t walker, std::uint32_t seed) {
          return Party{people, flushes, spacing, seed, walker};
        },
        rc::gen::inRange(1, 3 + size), rc::gen::inRange(1, 3 + size / 2),
        rc::gen::element(1.0F, 4.0F, 12.0F, 40.0F), rc::gen::element<std::size_t>(5, 5, 1),
        rc::gen::noShrink(rc::gen::resize(1000, rc::gen::arbitrary<std::uint32_t>())));
  });
}

inline Setting any_setting() {
  auto setting = *rc::gen::element<Setting>(
      Setting{100, 40, 40}, Setting{10, 40, 25}, Setting{5, 60, 20}, Setting{3, 40, 12},
      Setting{2, 20, 10}, Setting{1, 10, 10}, Setting{20, 120, 25});
  setting.budget = *rc::gen::element(0.30, 0.30, 0.0, 1.0, 10.0);
  return setting;
}

inline History any_history(Setting const& s, bool wishes) {
  if (*rc::gen::arbitrary<bool>()) return any_party().history(wishes);
  return *rc::gen::scale(4, rc::gen::container<History>(jumps(s, wishes)));
}

struct CrowdRun {
  explicit CrowdRun(Setting const& s)
      : cap(s.cap),
        options{.churn_budget = s.budget},
        engine(make_engine()),
        judge(limits(), options) {}

  std::unique_ptr<Engine> make_engine() {
    return make_crowd_engine(limits(), options,
                             {[this] {
                                auto id = ids();
                                RC_ASSERT(all_ids.insert(id).second);
                                return id;
                              },
                              {}});
  }

  [[nodiscard]] Limits limits() const {
    return {.join_distance = 64, .leave_distance = 80, .max_peers = cap};
  }

  void apply(Event const& e) {
    auto const player = "p" + std::to_string(e.player);
    if (e.kind == Kind::flush) return flush();
    if (e.kind == Kind::leave) {
      here.erase(player);
      belief_now.erase(player);
      judge.left(player);
      return engine->leave(player);
    }
    here[player] = e.at;
    judge.reported(player, e.at);
    if (e.kind == Kind::report) {
      engine->report(player, e.at);
      return;
    }
    auto const room = e.kind == Kind::unwish ? std::string() : room_of(e.wish);
    judge.wished(player, room);
    engine->report(player, e.at, room);
  }

  /// One of the islands after the last flush, or none that there is.
  [[nodiscard]] std::string room_of(int wish) const {
    auto const i = static_cast<std::size_t>(wish);
    return islands.empty() || i % 8 == 0 ? "I-none" : islands[i % islands.size()];
  }

  /// Takes over what was told: everybody once, and only what is news.
  oracle::Steps take(std::span<Change const> changes) {
    oracle::Steps steps;
    for (auto const& c : changes) {
      std::string const player(c.player), from(c.from), to(c.to);
      RC_ASSERT(steps.emplace(player, oracle::Step{from, to, c.cause}).second);
      RC_ASSERT(from != to);
      auto const known = belief.find(player);
      RC_ASSERT(from.empty() || (known != belief.end() && known->second == from));
      log += player + ":" + from + ">" + to + " " + std::string(name_of(c.cause)) + "\n";
      if (to.empty())
        belief.erase(player);
      else
        belief[player] = to;
    }
    for (auto const& [player, step] : steps)
      if (step.from.empty()) arrived[player] = ++arrivals;
    log += "--\n";
    return steps;
  }

  /// Another engine goes on; who is `late` is not known to it yet.
  void take_over(std::function<bool(std::string const&)> const& late) {
    auto const old = std::exchange(engine, make_engine());
    belief = belief_now;  // who left is not told any more
    old->each_island([&](IslandView const& v) {
      std::vector<std::string> members;
      for (auto const& m : v.members) members.emplace_back(m.player);
      std::ranges::sort(members, {}, [this](auto const& player) { return arrived.at(player); });
      for (auto const& player : members) {
        if (!late(player)) {
          adopt(player, std::string(v.id), std::string(old->explain(player, 0)->wish));
          RC_ASSERT(engine->find(player)->island == v.id);
          continue;
        }
        late_ones.push_back({player, std::string(v.id), here.at(player)});
        here.erase(player);
        belief.erase(player);
        judge.left(player);
      }
    });
    for (auto const& [player, at] : here) {
      auto const wish = old->explain(player, 0)->wish;
      if (old->find(player)->island.empty()) report(player, at, wish);
    }
    belief_now = belief;
  }

  /// The first of those who were late is known again, between two flushes.
  void adopt_one() {
    if (late_ones.empty()) return;
    auto const [player, island, at] = late_ones.back();
    late_ones.pop_back();
    if (here.contains(player)) return;  // it has come by itself
    here[player] = at;
    judge.reported(player, at);
    adopt(player, island, {});
    auto const seen = engine->find(player)->island;
    RC_ASSERT(seen.empty() || seen == island);
    if (!seen.empty()) belief[player] = belief_now[player] = island;
  }
  void adopt(std::string const& player, std::string const& island, std::string const& wish) {
    if (wish.empty())
      engine->adopt(player, here.at(player), island);
    else
      engine->adopt(player, here.at(player), island, wish);
  }
  void report(std::string const& player, Position at, std::string const& wish) {
    if (wish.empty())
      engine->report(player, at);
    else
      engine->report(player, at, wish);
  }

  void flush() {
    auto const steps = take(engine->flush(now += milliseconds(2000)));
    for (auto const& r : engine->refused_wishes()) judge.refused(std::string(r.player));
    if (checks) check(steps);
    belief_now = belief;
    islands.clear();
    engine->each_island([&](IslandView const& v) { islands.emplace_back(v.id); });
  }

  void place() {
    for (auto const& [player, step] : take(engine->place(now))) {
      bool const seated = step.cause == Cause::arrival || step.cause == Cause::wish;
      bool const fits = step.from.empty() ? seated : step.to.empty();
      RC_ASSERT(fits);
      if (step.to.empty())
        belief_now.erase(player);
      else
        belief_now[player] = step.to;
    }
    engine->each_island([&](IslandView const& v) { RC_ASSERT(v.members.size() <= cap); });
  }

  /// ENGINE 7: 1, 2, 3, 4, 6, 9, 11.
  void check(oracle::Steps const& steps) {
    oracle::Partition state;
    oracle::People cores;
    oracle::Sight sight;
    engine->each_island([&](IslandView const& island) {
      RC_ASSERT(!island.members.empty() && island.members.size() <= cap);
      for (auto const& m : island.members) {
        std::string const player(m.player);
        RC_ASSERT(state.emplace(player, island.id).second);
        RC_ASSERT(engine->find(player)->island == island.id);
        RC_ASSERT(m.at == here.at(player));
        auto const why = engine->explain(player, 0);
        sight[player] = {m.at, std::string(island.id), why->guest, why->crowded, why->wish};
        if (why->guest) continue;
        auto const step = steps.find(player);
        bool const wished = step != steps.end() && step->second.cause == Cause::wish;
        cores[player] = {m.at, std::string(island.id),
                         wished                        ? judge.heir(std::string(why->wish))
                         : belief_now.contains(player) ? belief_now.at(player)
                                                       : std::string(),
                         !why->wish.empty()};  // wishes are granted before geometry
      }
    });
    RC_ASSERT(state == belief);
    RC_ASSERT(state.size() == here.size() && engine->player_count() == here.size());
    oracle::check_connected(cores, 80);
    oracle::check_components(cores, state, cap);
    oracle::check_merges(cores, state, Tuning(limits(), options));
    RC_ASSERT(engine->work() <= 8'000 * (here.size() + 1));
    judge.judge(belief_now, sight, steps, 2);
  }

  using milliseconds = std::chrono::milliseconds;
  bool checks = true;
  std::uint32_t cap;
  CrowdOptions options;
  testing::CountingIds ids{"I"};
  std::set<std::string> all_ids;
  std::map<std::string, Position> here;
  struct Late {
    std::string player, island;
    Position at;
  };
  std::vector<Late> late_ones;         ///< who was told of an island by the engine before
  std::map<std::string, int> arrived;  ///< in which order
  int arrivals = 0;
  oracle::Partition belief;      ///< by the changes alone
  oracle::Partition belief_now;  ///< the same, without those who left since
  std::vector<std::string> islands;
  std::string log;
  milliseconds now{};
  std::unique_ptr<Engine> engine;
  oracle::CauseJudge judge;
};

}  // namespace archipelago::engine
