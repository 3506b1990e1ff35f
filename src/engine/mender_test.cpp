// Small islands of a crowd find whom the rule merges them with, however far they stretch.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "archipelago/engine.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;

/// Parties come from far away, each an island, and then all of them to one place.
class Merging : public ::testing::Test {
 protected:
  /// `count` people in a row, `spacing` metres apart.
  void stand(std::string const& party, int count, float x, float spacing = 0) {
    for (int i = 0; i < count; ++i)
      engine->report(party + std::to_string(i), {x + spacing * static_cast<float>(i), 0, 0});
  }
  void flush() { engine->flush(now += milliseconds(2000)); }
  std::string island(std::string_view player) { return std::string(engine->find(player)->island); }

  std::unique_ptr<Engine> engine = make_crowd_engine({.join_distance = 64, .leave_distance = 80},
                                                     {}, {testing::CountingIds("I"), {}});
  milliseconds now{};
};

TEST_F(Merging, ALongIslandFindsWhoIsNearToItsFarEnd) {
  stand("full", 100, -9000);
  stand("long", 8, 0, 60);
  stand("near", 31, 9000);
  flush();
  ASSERT_EQ(engine->island_count(), 3U);
  stand("full", 100, -60);
  stand("near", 31, 480);
  flush();
  EXPECT_EQ(island("near0"), island("long0"));
  EXPECT_EQ(engine->island_count(), 2U);
}

/// The young go to the old, who then are more than the long row, and take it over: only from its
/// far end the others are found.
TEST_F(Merging, GoesOnFromThoseWhoWereMerged) {
  stand("old", 5, 0);
  flush();
  stand("full", 100, -9000);
  stand("young", 5, 3000);
  stand("long", 8, 6000, 60);
  stand("near", 31, 12'000);
  flush();
  ASSERT_EQ(engine->island_count(), 5U);
  stand("full", 100, -60);
  stand("young", 5, 30);
  stand("long", 8, 90, 60);
  stand("near", 31, 570);
  flush();
  EXPECT_EQ(engine->island_count(), 2U);
}

/// More of them in one cell than may each look for the nearest.
TEST_F(Merging, ManyInOnePlaceBecomeFew) {
  stand("full", 100, -60);
  for (int i = 0; i < 60; ++i)
    engine->report("p" + std::to_string(i), {0, 0, 5000.0F + 100.0F * static_cast<float>(i)});
  flush();
  ASSERT_EQ(engine->island_count(), 61U);
  for (int i = 0; i < 60; ++i)
    engine->report("p" + std::to_string(i), {0, 0, 0.1F * static_cast<float>(i)});
  flush();
  EXPECT_EQ(engine->island_count(), 2U);
}

/// Two of 25 may be one, and three may not.
TEST_F(Merging, ManyInOnePlaceGoByTheSameRule) {
  stand("full", 100, -60);
  for (int i = 0; i < 9; ++i)
    stand("p" + std::to_string(i) + "-", 25, 1000.0F * static_cast<float>(i + 1));
  flush();
  ASSERT_EQ(engine->island_count(), 10U);
  for (int i = 0; i < 9; ++i) stand("p" + std::to_string(i) + "-", 25, static_cast<float>(i));
  flush();
  EXPECT_EQ(engine->island_count(), 6U);
}

}  // namespace
}  // namespace archipelago::engine
