// Properties of a takeover: at any moment of any history another engine adopts everybody.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/crowd_run.hpp"

namespace archipelago::engine {
namespace {

/// Plays a history; another engine takes over at `cut`, and late ones come after it one by one.
void play(CrowdRun& run, History const& history, std::size_t cut, unsigned late_of_eight) {
  std::mt19937 random(static_cast<std::uint32_t>(cut));
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (i == cut) run.take_over([&](std::string const&) { return random() % 8 < late_of_eight; });
    if (i > cut && i % 3 == 0) run.adopt_one();
    run.apply(history[i]);
  }
  run.flush();
}

RC_GTEST_PROP(AdoptProperty, AfterATakeoverEveryStateIsExactBelowTheCapAndSoundAboveIt, ()) {
  auto const setting = any_setting();
  auto const history = any_history(setting, false);
  CrowdRun run(setting);
  play(run, history, *rc::gen::inRange<std::size_t>(0, history.size() + 1),
       *rc::gen::element(0U, 1U));
}

RC_GTEST_PROP(AdoptProperty, AfterATakeoverEveryStateIsSoundWithWishesToo, ()) {
  auto const setting = any_setting();
  auto const history = any_history(setting, true);
  CrowdRun run(setting);
  play(run, history, *rc::gen::inRange<std::size_t>(0, history.size() + 1),
       *rc::gen::element(0U, 1U));
  auto const w = run.engine->wishes();
  auto ended = w.honoured + w.withdrawn + w.waiting;
  for (auto const refused : w.refused) ended += refused;
  RC_ASSERT(ended == w.asked);
}

/// The judge goes on: what the budget, the cooldown, rest and growth allow is allowed once.
TEST(AdoptCauses, ManyTakeoversMoveNobodyMoreThanOneEngineMay) {
  CrowdRun run({.cap = 10, .players = 0, .steps = 0, .budget = 1});
  int flushes = 0;
  for (auto const& e : Party{150, 80, 4, 1}.history(false)) {
    run.apply(e);
    if (e.kind == Kind::flush && ++flushes % 4 == 0)
      run.take_over([](std::string const&) { return false; });
  }
  EXPECT_GT(run.judge.counts.at(static_cast<std::size_t>(Cause::voluntary)), 0U);
}

/// Where everybody is, and who was told so now; islands that are new are named by their first
/// member, for the two engines count on in orders of their own.
std::map<std::string, std::string> told(CrowdRun const& run, std::set<std::string> const& old,
                                        std::size_t log_before) {
  std::map<std::string, std::string> names, told;
  for (auto const& [player, island] : run.belief)
    names.try_emplace(island, old.contains(island) ? island : "new with " + player);
  for (auto const& [player, island] : run.belief) told[player] = names.at(island);
  std::istringstream lines(run.log.substr(log_before));
  for (std::string line; std::getline(lines, line);) {
    auto const player = line.substr(0, line.find(':'));
    if (run.belief.contains(player)) told[player] += ", told" + line.substr(line.rfind(' '));
  }
  return told;
}

RC_GTEST_PROP(AdoptProperty, WhereThereIsRoomTheFirstFlushChangesWhatTheOtherEngineWouldHave, ()) {
  Setting const setting{.cap = 500, .players = 60, .steps = *rc::gen::element(10, 25, 60)};
  auto const history = any_history(setting, false);
  auto const cut = *rc::gen::inRange<std::size_t>(0, history.size() + 1);
  CrowdRun goes_on(setting), taken_over(setting);
  for (auto* const run : {&goes_on, &taken_over})
    for (std::size_t i = 0; i < cut; ++i) run->apply(history[i]);
  taken_over.take_over([](std::string const&) { return false; });
  auto const old = goes_on.all_ids;
  std::map<std::string, std::string> results[2];
  for (auto* const run : {&goes_on, &taken_over}) {
    auto const before = run->log.size();
    for (std::size_t i = cut; i < history.size() && history[i].kind != Kind::flush; ++i)
      run->apply(history[i]);
    run->flush();
    results[run == &goes_on ? 0 : 1] = told(*run, old, before);
  }
  RC_ASSERT(results[0] == results[1]);
}

}  // namespace
}  // namespace archipelago::engine
