// The reference policy against the known engine's own answers, and against recorded histories.
#include "engine/reference.hpp"

#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include "support/counting_ids.hpp"
#include "support/trace.hpp"
#include "support/vectors.hpp"

namespace archipelago::engine {
namespace {

namespace json = boost::json;
using testing::CountingIds;
constexpr Limits kKnown{.join_distance = 64, .leave_distance = 80};

std::unique_ptr<Engine> known_engine(Limits const& limits = kKnown) {
  return make_reference_engine(limits, {CountingIds("I"), {}});
}

std::string text(json::value const& v) {
  return std::string(v.as_string());
}

Position position(json::value const& v) {
  auto const& p = v.as_array();
  return {p.at(0).to_number<float>(), p.at(1).to_number<float>(), p.at(2).to_number<float>()};
}

std::unique_ptr<Engine> engine_of(json::object const& config) {
  std::set<std::string> rejected;
  if (auto const* list = config.if_contains("transport_rejects"))
    for (auto const& name : list->as_array()) rejected.insert(text(name));
  Limits const limits{.join_distance = config.at("join_distance").to_number<float>(),
                      .leave_distance = config.at("leave_distance").to_number<float>(),
                      .max_peers = config.at("max_island_size").to_number<std::uint32_t>()};
  return make_reference_engine(limits, {CountingIds(text(config.at("room_prefix"))),
                                        [rejected](std::string_view player, std::string_view) {
                                          return !rejected.contains(std::string(player));
                                        }});
}

void apply_input(Engine& engine, json::object const& step) {
  if (auto const* beats = step.if_contains("heartbeat"))
    for (auto const& beat : beats->as_array()) {
      auto const& b = beat.as_array();
      std::optional<std::string> wish;
      if (b.size() > 2) wish = text(b[2]);
      engine.report(text(b.at(0)), position(b.at(1)), wish);
    }
  if (auto const* gone = step.if_contains("disconnect"))
    for (auto const& id : gone->as_array()) engine.leave(text(id));
}

void expect_updates(std::span<Change const> changes, json::array const& updates) {
  ASSERT_EQ(changes.size(), updates.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto const& update = updates[i].as_object();
    bool const left = update.at("action") == "leave";
    auto const* from = update.if_contains(left ? "island_id" : "from_island_id");
    EXPECT_EQ(changes[i].player, text(update.at("peer")));
    EXPECT_EQ(changes[i].to, left ? "" : text(update.at("island_id")));
    EXPECT_EQ(changes[i].from, from == nullptr ? "" : text(*from));
  }
}

void expect_islands(Engine const& engine, json::array const& islands) {
  ASSERT_EQ(engine.island_count(), islands.size());
  std::size_t i = 0;
  engine.each_island([&](IslandView const& island) {
    auto const& expected = islands[i++].as_object();
    EXPECT_EQ(island.id, text(expected.at("id")));
    EXPECT_EQ(island.max_peers, expected.at("max_peers").to_number<std::uint32_t>());
    auto const& centre = expected.at("center").as_array();
    EXPECT_NEAR(island.centre_x, centre.at(0).to_number<double>(), 1e-6);
    EXPECT_NEAR(island.centre_z, centre.at(2).to_number<double>(), 1e-6);
    EXPECT_NEAR(island.radius, expected.at("radius").to_number<double>(), 1e-6);
    std::vector<std::string> members, wanted;
    for (auto const& m : island.members) members.emplace_back(m.player);
    for (auto const& p : expected.at("peers").as_array()) wanted.push_back(text(p));
    EXPECT_EQ(members, wanted);
  });
}

TEST(EngineVectors, TheReferencePolicyAnswersLikeTheKnownEngine) {
  auto const file = json::parse(testing::read_vector_file("engine.json"));
  auto const& cases = file.as_object().at("cases").as_array();
  EXPECT_GE(cases.size(), 29U);
  for (auto const& c : cases) {
    auto const engine = engine_of(c.as_object().at("config").as_object());
    int number = 0;
    for (auto const& step : c.as_object().at("steps").as_array()) {
      SCOPED_TRACE(text(c.as_object().at("name")) + ", step " + std::to_string(number++));
      apply_input(*engine, step.as_object());
      auto const& expect = step.as_object().at("expect").as_object();
      expect_updates(engine->flush({}), expect.at("updates").as_array());
      expect_islands(*engine, expect.at("islands").as_array());
      EXPECT_EQ(engine->player_count(), expect.at("peers_count").to_number<std::size_t>());
    }
  }
}

TEST(TraceVectors, HistoriesBelowTheCapSettleInTheStatedPartition) {
  int traces = 0, expectations = 0;
  for (auto const& entry : std::filesystem::directory_iterator(testing::vectors() / "traces")) {
    if (entry.path().extension() != ".jsonl") continue;
    ++traces;
    testing::trace::Player player([](Limits const& l) { return known_engine(l); });
    std::string at;
    player.on_expect = [&](auto const& wanted, auto const& is) {
      ++expectations;
      EXPECT_EQ(wanted, is) << at;
    };
    std::ifstream file(entry.path());
    int line = 0;
    for (auto const& step : testing::trace::read(file)) {
      at = entry.path().filename().string() + ":" + std::to_string(++line);
      std::visit(player, step);
    }
  }
  EXPECT_GE(traces, 20);
  EXPECT_GT(expectations, traces);
}

TEST(Reference, RefusesAPositionThatIsNoNumberAndKeepsTheOldOne) {
  auto const engine = known_engine();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(engine->report("a", {1, 2, 3}), Admission::accepted);
  for (Position const bad : {Position{kNan, 0, 0}, Position{0, -kInf, 0}, Position{0, 0, kInf}})
    EXPECT_EQ(engine->report("a", bad), Admission::bad_position);
  EXPECT_EQ(engine->report("b", {kNan, 0, 0}), Admission::bad_position);
  engine->flush({});
  EXPECT_EQ(engine->find("a")->at, (Position{1, 2, 3}));
  EXPECT_FALSE(engine->find("b"));
  EXPECT_EQ(engine->counters().bad_position, 4U);
}

TEST(Reference, ClampsAPositionOutsideTheWorld) {
  auto const engine = known_engine();
  EXPECT_EQ(engine->report("a", {3e38F, 0, -200'000}), Admission::clamped);
  EXPECT_EQ(engine->find("a")->at, (Position{100'000, 0, -100'000}));
  EXPECT_EQ(engine->counters().clamped, 1U);
}

TEST(Reference, RefusesIdsAndWishesThatAreTooLong) {
  auto const engine = known_engine();
  std::string const huge(1 << 20, 'x');
  EXPECT_EQ(engine->report("", {}), Admission::bad_id);
  EXPECT_EQ(engine->report(huge, {}), Admission::bad_id);
  EXPECT_EQ(engine->report("a", {}, huge), Admission::bad_room);
  EXPECT_TRUE(engine->flush({}).empty());
  EXPECT_EQ(engine->counters().bad_id, 2U);
  EXPECT_EQ(engine->counters().bad_room, 1U);
}

TEST(Reference, APlayerThatLeavesBeforeItsFirstFlushWasNeverThere) {
  auto const engine = known_engine();
  engine->leave("a");
  engine->report("a", {});
  EXPECT_EQ(engine->find("a")->island, "");
  engine->leave("a");
  EXPECT_TRUE(engine->flush({}).empty());
  EXPECT_EQ(engine->player_count(), 0U);
}

TEST(Reference, APlayerWhoMayNotConnectIsAskedForAgainAtItsNextReport) {
  bool banned = true;
  auto const engine =
      make_reference_engine(kKnown, {CountingIds("I"), [&](auto, auto) { return !banned; }});
  engine->report("a", {});
  EXPECT_TRUE(engine->flush({}).empty());
  EXPECT_FALSE(engine->find("a"));
  banned = false;
  EXPECT_TRUE(engine->flush({}).empty());
  engine->report("a", {});
  auto const changes = engine->flush({});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].to, "I2");  // the failed attempt used up I1
}

TEST(Reference, AGroupThatMayNotHaveAnIslandOfItsOwnStays) {
  bool closed = false;
  auto const engine =
      make_reference_engine(kKnown, {CountingIds("I"), [&](auto, auto) { return !closed; }});
  engine->report("a", {0, 0, 0});
  engine->report("b", {10, 0, 0});
  engine->flush({});
  closed = true;
  engine->report("b", {500, 0, 0});
  EXPECT_TRUE(engine->flush({}).empty());
  EXPECT_EQ(engine->find("b")->island, "I1");
  EXPECT_EQ(engine->island_count(), 1U);
}

TEST(Reference, AnIslandThatGrewByAMergeIsLookedAtAgainOnlyWhenAMemberReports) {
  auto const engine = known_engine();
  engine->report("a", {0, 0, 0});
  engine->report("b", {40, 0, 0});
  engine->report("c", {160, 0, 0});
  engine->report("d", {100, 0, 0});
  engine->flush({});  // a takes b in, c takes d in: nobody is left to see that b and d are near
  ASSERT_EQ(engine->island_count(), 2U);
  EXPECT_TRUE(engine->flush({}).empty());
  engine->report("a", {0, 0, 0});
  EXPECT_EQ(engine->flush({}).size(), 2U);
  EXPECT_EQ(engine->island_count(), 1U);
}

TEST(Reference, ShowsOneIslandById) {
  auto const engine = known_engine();
  engine->report("a", {1, 2, 3});
  engine->flush({});
  int seen = 0;
  EXPECT_TRUE(
      engine->see_island("I1", [&](IslandView const& i) { seen += i.members[0].at.y == 2; }));
  EXPECT_FALSE(engine->see_island("I2", [&](IslandView const&) { ++seen; }));
  EXPECT_EQ(seen, 1);
}

TEST(Limits, AWrongValueIsNamedWithItsRange) {
  EXPECT_FALSE(problem_with(Limits{}));
  EXPECT_FALSE(problem_with(Limits{.join_distance = 100, .leave_distance = 100}));
  auto const names = [](Limits const& limits, std::string_view name) {
    auto const problem = problem_with(limits);
    return problem && problem->find(name) == 0 && problem->find("must be in") != std::string::npos;
  };
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(names({.join_distance = 0}, "join distance"));
  EXPECT_TRUE(names({.join_distance = kNan}, "join distance"));
  EXPECT_TRUE(names({.join_distance = 80, .leave_distance = 79}, "leave distance"));
  EXPECT_TRUE(names({.leave_distance = kNan}, "leave distance"));
  EXPECT_TRUE(names({.max_peers = 0}, "max peers"));
  EXPECT_TRUE(names({.world_limit = -1}, "world limit"));
  EXPECT_TRUE(names({.max_id_length = 0}, "max id length"));
  EXPECT_THROW(known_engine({.max_peers = 0}), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(make_reference_engine({}, {})), std::invalid_argument);
}

}  // namespace
}  // namespace archipelago::engine
