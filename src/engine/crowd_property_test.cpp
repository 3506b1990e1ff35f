// Properties of the crowd policy, over random histories, after every flush.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/crowd_run.hpp"

namespace archipelago::engine {
namespace {

/// A hundred flushes until no anchor moves any more; then who stands is moved three times at most,
/// and the budget allows 0.3 moves a minute each.
constexpr int kRestWithin = 430;

/// Does nothing change any more after some flushes, without any report?
bool comes_to_rest(CrowdRun& run, int within, int watched) {
  run.checks = false;
  for (int i = 0; i < within; ++i) run.flush();
  run.log.clear();
  for (int i = 0; i < watched; ++i) run.flush();
  return run.log.size() == 3 * static_cast<std::size_t>(watched);
}

RC_GTEST_PROP(CrowdProperty, EveryStateIsExactBelowTheCapAndSoundAboveIt, ()) {
  auto const setting = any_setting();
  CrowdRun run(setting);
  for (auto const& e : any_history(setting, false)) run.apply(e);
  run.flush();
}

RC_GTEST_PROP(CrowdProperty, EveryStateIsSoundWithWishesToo, ()) {
  auto const setting = any_setting();
  CrowdRun run(setting);
  for (auto const& e : any_history(setting, true)) run.apply(e);
  run.flush();
  auto const w = run.engine->wishes();
  auto ended = w.honoured + w.withdrawn + w.waiting;
  for (auto const refused : w.refused) ended += refused;
  RC_ASSERT(ended == w.asked);
}

RC_GTEST_PROP(CrowdProperty, WhoChangesIslandsHasACauseThatHolds, ()) {
  auto const setting = any_setting();
  CrowdRun run(setting);
  for (auto const& e : any_party().history(true)) run.apply(e);
  for (std::size_t i = 0; i < run.judge.counts.size(); ++i)
    if (run.judge.counts.at(i) != 0) RC_TAG(std::string(name_of(static_cast<Cause>(i))));
}

/// The property above sees each of them.
TEST(CrowdCauses, AllOccurInAParty) {
  CrowdRun run({.cap = 10, .players = 0, .steps = 0});
  for (auto const& e : Party{150, 60, 12, 1}.history(true)) run.apply(e);
  for (std::size_t i = 0; i < run.judge.counts.size(); ++i)
    EXPECT_GT(run.judge.counts.at(i), 0U) << name_of(static_cast<Cause>(i));
}

RC_GTEST_PROP(CrowdProperty, ASecondFlushChangesNothingBelowTheCapAndCrowdsComeToRest, ()) {
  auto const setting = any_setting();
  CrowdRun run(setting);
  run.checks = false;
  bool crowded = false;
  for (auto const& e : any_history(setting, false)) run.apply(e);
  run.flush();
  for (auto const& [player, at] : run.here)
    crowded = crowded || run.engine->explain(player, 0)->crowded;
  auto const size = run.log.size();
  run.flush();
  if (!crowded) RC_ASSERT(run.log.size() == size + 3);
  RC_ASSERT(comes_to_rest(run, kRestWithin, 20));
}

/// Prices that go up and down for ever took people along a quarter of an hour later.
TEST(CrowdRest, ComesWherePricesCannotSettle) {
  CrowdRun run({.cap = 5, .players = 0, .steps = 0});
  run.checks = false;
  for (auto const& e : Party{124, 22, 1, 4'290'772'991}.history(false)) run.apply(e);
  EXPECT_TRUE(comes_to_rest(run, 200, 500));
}

RC_GTEST_PROP(CrowdProperty, TheOrderOfReportsWithinABatchDoesNotMatter, ()) {
  auto const setting = any_setting();
  auto const history = any_history(setting, true);
  CrowdRun sorted(setting), shuffled(setting);
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  std::map<int, Event> batch;  // one event a player
  auto const send = [&] {
    std::vector<Event> events;
    for (auto const& [player, e] : batch) events.push_back(e);
    for (auto const& e : events) sorted.apply(e);
    std::ranges::shuffle(events, random);
    for (auto const& e : events) shuffled.apply(e);
    batch.clear();
    sorted.flush();
    shuffled.flush();
  };
  for (auto const& e : history) {
    if (e.kind == Kind::flush)
      send();
    else
      batch.insert_or_assign(e.player, e);
  }
  send();
  RC_ASSERT(sorted.log == shuffled.log);
}

RC_GTEST_PROP(CrowdProperty, ATranslationChangesNothing, (int dx, int dz)) {
  auto const setting = any_setting();
  auto const history = any_history(setting, true);
  CrowdRun here(setting), there(setting);
  for (auto e : history) {
    here.apply(e);
    e.at.x += 0.125F * static_cast<float>(dx % 10'000);
    e.at.z += 0.125F * static_cast<float>(dz % 10'000);
    there.apply(e);
  }
  here.flush();
  there.flush();
  RC_ASSERT(here.log == there.log);
}

RC_GTEST_PROP(CrowdProperty, AReplayGivesTheSameChanges, ()) {
  auto const setting = any_setting();
  auto const history = any_history(setting, true);
  CrowdRun first(setting), second(setting);
  for (auto const& e : history) first.apply(e);
  for (auto const& e : history) second.apply(e);
  RC_ASSERT(first.log == second.log);
}

/// Placing between flushes changes who is told when, and keeps every promise.
RC_GTEST_PROP(CrowdProperty, PlacingBetweenFlushesKeepsTheCapAndTellsEverybodyOnce, ()) {
  auto const setting = any_setting();
  CrowdRun run(setting);
  for (auto const& e : any_history(setting, true)) {
    run.apply(e);
    run.place();
  }
  run.flush();
}

}  // namespace
}  // namespace archipelago::engine
