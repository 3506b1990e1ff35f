// Moves by the crowd's own choice: to people who are near, and never away from a friend.
#include <cmath>
#include <memory>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "archipelago/engine.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;

class Moves : public ::testing::Test {
 protected:
  void flush(int flushes = 1) {
    for (int i = 0; i < flushes; ++i) engine->flush(now += milliseconds(2000));
  }
  std::string island(std::string_view player) { return std::string(engine->find(player)->island); }
  /// Five people around a place, as far from it as `radius`.
  void ring(float radius) {
    for (int i = 0; i < 5; ++i) {
      auto const angle = static_cast<float>(2 * std::numbers::pi / 5 * i);
      engine->report("ring" + std::to_string(i),
                     {radius * std::cos(angle), 0, radius * std::sin(angle)});
    }
  }

  std::unique_ptr<Engine> engine =
      make_crowd_engine({.join_distance = 64, .leave_distance = 80, .max_peers = 6},
                        {.churn_budget = 10}, {testing::CountingIds("I"), {}});
  milliseconds now{};
};

class MovesIntoARing : public Moves, public ::testing::WithParamInterface<float> {};

/// In its middle one is drawn to it more than to anywhere else.
TEST_P(MovesIntoARing, HappenIfSomebodyOfItIsWithinJoinDistance) {
  ring(50);
  engine->report("she", {500, 0, 0});
  engine->report("friend", {510, 0, 0});
  flush();
  ring(GetParam());
  engine->report("she", {0, 0, 0});
  engine->report("friend", {75, 0, 0});
  flush(10);
  EXPECT_EQ(engine->island_count(), 2U);
  EXPECT_EQ(island("she") == island("ring2"), GetParam() < 64);
}

INSTANTIATE_TEST_SUITE_P(Radius, MovesIntoARing, ::testing::Values(63.0F, 66.0F),
                         [](auto const& test) {
                           return std::to_string(static_cast<int>(test.param)) + "m";
                         });

}  // namespace
}  // namespace archipelago::engine
