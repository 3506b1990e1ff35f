// Whole runs: the same seed is the same run, and the meters say what brute force says.
#include "sim/simulation.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/answer.hpp"
#include "sim/policy.hpp"
#include "sim/testing.hpp"

namespace archipelago::sim {
namespace {

SimulationOptions small(Place place, std::uint64_t seed) {
  SimulationOptions options;
  options.world = {.place = place, .players = 250, .seed = seed};
  options.warmup = 5;
  options.flushes = 15;
  return options;
}

Report run(SimulationOptions const& options, std::uint32_t max = 20) {
  auto const engine = known_engine(max);
  return simulate(options, *engine);
}

TEST(Simulation, OneSeedIsOneRun) {
  for (auto const place : {Place::city, Place::plazas, Place::crowd, Place::growing}) {
    auto const first = run(small(place, 1));
    EXPECT_EQ(first.hash, run(small(place, 1)).hash);
    if (place == Place::city) EXPECT_NE(first.hash, run(small(place, 2)).hash);
    EXPECT_EQ(first.flushes, 15U);
    EXPECT_EQ(first.warmup, 5U);
  }
}

TEST(Simulation, ChurnIsWhatItsLinesTell) {
  auto options = small(Place::plazas, 3);
  options.warmup = 0;
  std::set<std::string> told;
  double changed = 0, minutes = 0;
  options.say = [&](std::string_view line) {
    auto const before = told.size();
    std::size_t left = 0;
    auto const answer = boost::json::parse(std::string(line));
    for (auto const& change : answer.at("changes").as_array()) {
      std::string const player(change.at("peer").as_string());
      if (change.at("island").is_null())
        left += told.erase(player);
      else if (!told.insert(player).second)
        ++changed;
    }
    minutes += static_cast<double>(before - left) * 2 / 60;
  };
  auto const report = run(options);
  EXPECT_GT(changed, 10);
  EXPECT_NEAR(report.churn, changed / minutes, 1e-9);
  double by_cause = 0;
  for (auto const& [cause, count] : report.changes) by_cause += static_cast<double>(count);
  EXPECT_EQ(by_cause, changed);
  EXPECT_FALSE(report.changes.contains("arrival"));
  EXPECT_LE(report.size_max, 20U);
  EXPECT_EQ(report.players, 250U);
}

TEST(Simulation, AnIslandForAllIsPerfectRecallWithoutChurn) {
  auto const report = run(small(Place::crowd, 1), 300);
  EXPECT_EQ(report.islands, 1U);
  EXPECT_EQ(report.recall_mean, 1);
  EXPECT_EQ(report.recall_p10, 1);
  EXPECT_EQ(report.churn, 0);
  EXPECT_EQ(report.free_seat, 1);
  EXPECT_EQ(report.size_max, 250U);
}

TEST(Simulation, ATightCapOfStrangersIsPoorRecall) {
  auto const report = run(small(Place::crowd, 1), 10);
  EXPECT_LT(report.recall_mean, 0.2);
  EXPECT_LT(report.free_seat, 0.5);
}

TEST(Simulation, WishesAreAskedForAndJudged) {
  auto options = small(Place::city, 1);
  options.world.players = 2'000;
  options.wishes = 1;
  auto const wishes = run(options).wishes;
  EXPECT_GT(wishes.asked, 100U);
  std::uint64_t refused = 0;
  for (auto const& [reason, count] : wishes.refused) refused += count;
  EXPECT_GT(refused, 0U);
  EXPECT_LE(wishes.honoured + wishes.late + wishes.withdrawn + refused, wishes.asked);
  EXPECT_LE(wishes.possible_honoured, wishes.possible);
  EXPECT_EQ(run(small(Place::city, 1)).wishes.asked, 0U);
}

TEST(Simulation, TheCrowdPolicyHonoursWishesForWhichThereIsASeat) {
  auto options = small(Place::city, 1);
  options.world.players = 1'000;
  options.wishes = 1;
  auto const engine = make_engine(Settings{});
  auto const wishes = simulate(options, *engine).wishes;
  EXPECT_GT(wishes.possible, 100U);
  EXPECT_GE(static_cast<double>(wishes.possible_honoured),
            0.98 * static_cast<double>(wishes.possible));
}

TEST(Simulation, ProgressCountsEveryFlush) {
  auto options = small(Place::city, 1);
  std::vector<std::size_t> done;
  options.progress = [&](std::size_t n, std::size_t of) {
    EXPECT_EQ(of, 20U);
    done.push_back(n);
  };
  run(options);
  EXPECT_EQ(done.size(), 20U);
  EXPECT_EQ(done.back(), 20U);
}

TEST(NetChanges, WhoComesBackIsLeftOut) {
  NetChanges net;
  std::vector<engine::Change> const first{{"a", "I1", ""}, {"b", "I2", "I1"}, {"c", "I3", "I9"}};
  std::vector<engine::Change> const then{{"b", "I1", "I2"}, {"a", "I4", "I1"}, {"c", "", "I3"}};
  net.add(first);
  net.add(then);
  EXPECT_EQ(net.take(), (std::vector<OwnedChange>{{"a", "I4", ""}, {"c", "", "I9"}}));
  EXPECT_TRUE(net.take().empty());
}

TEST(ChangeHash, DependsOnOrderAndOnFlushes) {
  auto const hash = [](std::vector<std::vector<engine::Change>> const& flushes) {
    ChangeHash all;
    for (auto const& changes : flushes) all.add_flush(changes);
    return all.text();
  };
  engine::Change const a{"a", "I1", ""}, b{"b", "I1", ""};
  EXPECT_EQ(hash({{a, b}}), hash({{a, b}}));
  EXPECT_NE(hash({{a, b}}), hash({{b, a}}));
  EXPECT_NE(hash({{a, b}}), hash({{a}, {b}}));
  EXPECT_EQ(hash({}), "cbf29ce484222325");
}

TEST(Report, IsOneLineOfJsonAndATable) {
  auto report = run(small(Place::crowd, 1));
  report.policy = "reference";
  report.changes["voluntary"] = 7;
  report.wishes.asked = 2;
  report.wishes.refused["full"] = 1;
  auto const json = to_json(report);
  EXPECT_EQ(std::ranges::count(json, '\n'), 1);
  for (auto const* part :
       {R"("players":250)", R"("flushes":15)", R"("flush_ms":{"p50":)", R"("recall10":{"mean":)",
        R"("churn_per_player_minute":)", R"("changes":{"voluntary":7})", R"("islands":)",
        R"("size":{"p50":)", R"("refused":{"full":1})", R"("hash":")"})
    EXPECT_THAT(json, testing::HasSubstr(part));
  EXPECT_THAT(to_table(report), testing::HasSubstr("refused: full"));
  EXPECT_THAT(to_table(report), testing::HasSubstr("\n  voluntary   "));
}

}  // namespace
}  // namespace archipelago::sim
