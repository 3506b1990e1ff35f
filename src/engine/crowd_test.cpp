// The crowd policy: traces exact in one flush, ids, input, placing, explanations.
#include "engine/crowd.hpp"

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/counting_ids.hpp"
#include "support/trace.hpp"
#include "support/vectors.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;
using testing::CountingIds;
constexpr Limits kKnown{.join_distance = 64, .leave_distance = 80};

std::unique_ptr<Engine> crowd_engine(Limits const& limits = kKnown) {
  return make_crowd_engine(limits, {}, {CountingIds("I"), {}});
}

Limits cap_of(std::uint32_t cap) {
  return {.join_distance = 64, .leave_distance = 80, .max_peers = cap};
}

std::string island_of(Engine const& engine, std::string_view player) {
  return std::string(engine.find(player)->island);
}

/// Count players on a grid of 1 m, their names beginning with `head`.
void stand(Engine& engine, std::string const& head, int count, float x = 0) {
  for (int i = 0; i < count; ++i)
    engine.report(head + std::to_string(i),
                  {x + static_cast<float>(i % 10), 0, static_cast<float>(i / 10)});
}

TEST(TraceVectors, TheCrowdPolicyIsSettledAfterOneFlush) {
  int traces = 0, expectations = 0;
  for (auto const& entry : std::filesystem::directory_iterator(testing::vectors() / "traces")) {
    if (entry.path().extension() != ".jsonl") continue;
    ++traces;
    testing::trace::Player player([](Limits const& l) { return crowd_engine(l); });
    std::string at;
    player.on_expect = [&](auto const& wanted, auto const& is) {
      ++expectations;
      EXPECT_EQ(wanted, is) << at;
    };
    std::ifstream file(entry.path());
    int line = 0;
    for (auto const& step : testing::trace::read(file)) {
      at = entry.path().filename().string() + ":" + std::to_string(++line);
      if (std::holds_alternative<sim::trace::Settle>(step)) {
        player.flush();
        EXPECT_EQ(player.flush(), 0U) << at;
      } else {
        std::visit(player, step);
      }
    }
  }
  EXPECT_GE(traces, 20);
  EXPECT_GT(expectations, traces);
}

TEST(Crowd, OnASplitTheLargestPartKeepsTheId) {
  auto const engine = crowd_engine();
  engine->report("a", {0, 0, 0});
  engine->report("b", {10, 0, 0});
  engine->report("c", {20, 0, 0});
  engine->flush({});
  auto const before = island_of(*engine, "a");
  engine->report("a", {500, 0, 0});
  auto const changes = engine->flush({});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].player, "a");
  EXPECT_EQ(changes[0].from, before);
  EXPECT_EQ(island_of(*engine, "b"), before);
  EXPECT_EQ(island_of(*engine, "c"), before);
}

TEST(Crowd, OnASplitInTwoEqualPartsTheLongestStandingMemberKeepsTheId) {
  auto const engine = crowd_engine();
  engine->report("z", {0, 0, 0});
  engine->flush({});
  engine->report("a", {10, 0, 0});
  engine->flush({});
  auto const before = island_of(*engine, "z");
  engine->report("z", {500, 0, 0});
  engine->flush({});
  EXPECT_EQ(island_of(*engine, "z"), before);
  EXPECT_NE(island_of(*engine, "a"), before);
}

TEST(Crowd, OnAMergeTheLargestIslandsIdSurvivesAndTheOldestOfEquals) {
  auto const engine = crowd_engine();
  engine->report("a", {0, 0, 0});
  engine->flush({});
  engine->report("b", {500, 0, 0});
  engine->flush({});
  auto const oldest = island_of(*engine, "a");
  engine->report("b", {50, 0, 0});
  engine->flush({});
  EXPECT_EQ(island_of(*engine, "b"), oldest);
  engine->report("c", {1000, 0, 0});
  engine->report("d", {1000, 0, 0});
  engine->report("e", {1000, 0, 0});
  engine->flush({});
  auto const largest = island_of(*engine, "c");
  engine->report("c", {60, 0, 0});
  engine->report("d", {60, 0, 0});
  engine->report("e", {60, 0, 0});
  engine->flush({});
  EXPECT_EQ(island_of(*engine, "a"), largest);
}

TEST(Crowd, AnIslandThatWouldSpanTheCapIsNotMerged) {
  auto const engine = crowd_engine(cap_of(10));
  stand(*engine, "a", 8);
  stand(*engine, "b", 8, 300);
  engine->flush({});
  ASSERT_EQ(engine->island_count(), 2U);
  stand(*engine, "b", 8, 20);
  EXPECT_TRUE(engine->flush({}).empty());
  EXPECT_EQ(engine->island_count(), 2U);
}

TEST(Crowd, WhoLeavesAndComesBackIsToldOnceAndFromNowhere) {
  auto const engine = crowd_engine();
  engine->report("a", {});
  engine->report("b", {});
  engine->flush({});
  engine->leave("a");
  EXPECT_EQ(engine->player_count(), 1U);
  engine->report("a", {});
  auto const changes = engine->flush({});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].to, island_of(*engine, "b"));
  EXPECT_EQ(changes[0].from, "");
}

TEST(Crowd, WhoLeavesBeforeTheFirstFlushWasNeverThere) {
  auto const engine = crowd_engine();
  engine->leave("a");
  engine->report("a", {});
  engine->report("b", {});
  EXPECT_EQ(engine->find("a")->island, "");
  engine->leave("a");
  EXPECT_EQ(engine->flush({}).size(), 1U);
  EXPECT_FALSE(engine->find("a"));
  EXPECT_EQ(engine->player_count(), 1U);
}

TEST(Crowd, ALeavingPlayerIsToldAndItsEmptyIslandIsGone) {
  auto const engine = crowd_engine();
  engine->report("a", {});
  engine->flush({});
  auto const island = island_of(*engine, "a");
  engine->leave("a");
  EXPECT_EQ(engine->island_count(), 0U);
  EXPECT_FALSE(engine->see_island(island, [](auto const&) {}));
  auto const changes = engine->flush({});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].to, "");
  EXPECT_EQ(changes[0].from, island);
}

TEST(Crowd, PlacesANewcomerBetweenFlushesBesideWhoIsNear) {
  auto const engine = crowd_engine();
  engine->report("a", {0, 0, 0});
  engine->flush(milliseconds(2000));
  engine->report("b", {30, 0, 0});
  engine->report("c", {900, 0, 0});
  engine->report("d", {910, 0, 0});
  EXPECT_EQ(engine->place(milliseconds(2100)).size(), 3U);
  EXPECT_EQ(island_of(*engine, "b"), island_of(*engine, "a"));
  EXPECT_EQ(island_of(*engine, "d"), island_of(*engine, "c"));
  EXPECT_TRUE(engine->place(milliseconds(2200)).empty());
  EXPECT_TRUE(engine->flush(milliseconds(4000)).empty());
}

TEST(Crowd, PlacingNeverOverfillsAnIsland) {
  auto const engine = crowd_engine(cap_of(3));
  stand(*engine, "a", 3);
  engine->flush(milliseconds(2000));
  stand(*engine, "b", 4);
  engine->place(milliseconds(2100));
  engine->each_island([](IslandView const& v) { EXPECT_LE(v.members.size(), 3U); });
}

TEST(Crowd, APlayerWhoMayNotConnectIsAskedForAgainAtItsNextReport) {
  bool banned = true;
  auto const engine =
      make_crowd_engine(kKnown, {}, {CountingIds("I"), [&](auto, auto) { return !banned; }});
  engine->report("a", {});
  EXPECT_TRUE(engine->flush({}).empty());
  EXPECT_FALSE(engine->find("a"));
  EXPECT_EQ(engine->player_count(), 0U);
  banned = false;
  EXPECT_TRUE(engine->flush({}).empty());
  engine->report("a", {});
  EXPECT_EQ(engine->flush({}).size(), 1U);
}

TEST(Crowd, NobodyMovesToWhoLeavesInTheSameFlush) {
  auto const engine = make_crowd_engine(cap_of(3), {.churn_budget = 10}, {CountingIds("I"), {}});
  milliseconds now{};
  auto const flush = [&] { engine->flush(now += milliseconds(2000)); };
  engine->report("a", {-96, 0, -8});
  engine->report("b", {-16, 0, -40});
  engine->report("c", {-80, 0, -40});
  flush();
  engine->report("f", {-16, 0, -88});
  engine->report("e", {-80, 0, -96});
  flush();
  flush();
  ASSERT_EQ(island_of(*engine, "f"), island_of(*engine, "b"));
  ASSERT_EQ(island_of(*engine, "e"), island_of(*engine, "c"));
  engine->report("f", {-88, 0, -72});  // e and f are drawn to each other's islands now
  flush();
  EXPECT_EQ(island_of(*engine, "e"), island_of(*engine, "f"));  // e moved, so f stayed
}

TEST(Crowd, TellsWhyAPlayerIsWhereItIs) {
  auto const engine = crowd_engine(cap_of(4));
  stand(*engine, "a", 6);
  engine->report("far", {1000, 0, 0});
  engine->flush({});
  auto const why = engine->explain("a0", 10);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->island, island_of(*engine, "a0"));
  EXPECT_TRUE(why->crowded);
  ASSERT_EQ(why->nearest.size(), 6U);
  std::map<Apart, int> reasons;
  for (auto const& n : why->nearest) {
    ++reasons[n.apart];
    EXPECT_EQ(n.apart == Apart::together, n.island == why->island);
  }
  EXPECT_GE(reasons[Apart::capacity], 2);
  EXPECT_EQ(reasons[Apart::distance], 1);
  EXPECT_EQ(why->nearest.back().player, "far");
  EXPECT_NE(to_text(*why).find("1000.00 m  far on "), std::string::npos);
  EXPECT_FALSE(engine->explain("nobody", 3));
}

TEST(Crowd, RefusesWhatIsNoPositionAndKeepsTheOldOne) {
  auto const engine = crowd_engine();
  EXPECT_EQ(engine->report("a", {1, 2, 3}), Admission::accepted);
  EXPECT_EQ(engine->report("a", {std::numeric_limits<float>::quiet_NaN(), 0, 0}),
            Admission::bad_position);
  EXPECT_EQ(engine->report("b", {3e38F, 0, -200'000}), Admission::clamped);
  EXPECT_EQ(engine->report(std::string(1 << 20, 'x'), {}), Admission::bad_id);
  engine->flush({});
  EXPECT_EQ(engine->find("a")->at, (Position{1, 2, 3}));
  EXPECT_EQ(engine->find("b")->at, (Position{100'000, 0, -100'000}));
  EXPECT_EQ(engine->player_count(), 2U);
}

TEST(Crowd, RefusesSettingsOutOfRange) {
  auto const make = [](Limits const& l, double budget) {
    return make_crowd_engine(l, {.churn_budget = budget}, {CountingIds("I"), {}});
  };
  EXPECT_THROW(make({.max_peers = 0}, 0.3), std::invalid_argument);
  EXPECT_THROW(make({}, -1), std::invalid_argument);
  EXPECT_THROW(make({}, std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(make_crowd_engine({}, {}, {})), std::invalid_argument);
}

}  // namespace
}  // namespace archipelago::engine
