// Where everybody walks, islands are few and full; where most stand, they are left as they are.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/crowd_run.hpp"

namespace archipelago::engine {
namespace {

/// People of a disc, of whom the first few walk to and fro all over it without rest.
class Plaza {
 public:
  Plaza(int people, int walkers, float radius = 50) : walkers_(walkers), radius_(radius) {
    for (int i = 0; i < people; ++i) at_.push_back(anywhere());
    targets_ = at_;
  }

  void leave(int player) { gone_.insert(player); }

  /// Who is where, two seconds later.
  void step(std::function<void(int, Position)> const& report) {
    for (int i = 0; i < static_cast<int>(at_.size()); ++i) {
      if (gone_.contains(i)) continue;
      if (i < walkers_)
        walk(at_.at(static_cast<std::size_t>(i)), targets_.at(static_cast<std::size_t>(i)));
      report(i, at_.at(static_cast<std::size_t>(i)));
    }
  }

 private:
  Position anywhere() {
    auto const share = [this] { return static_cast<float>(random_() % 4096) / 4096; };
    auto const angle = 6.2832F * share(), radius = radius_ * std::sqrt(share());
    return {radius * std::cos(angle), 0, radius * std::sin(angle)};
  }
  void walk(Position& at, Position& target) {
    float const dx = target.x - at.x, dz = target.z - at.z, left = std::hypot(dx, dz);
    constexpr float kStride = 6;  // m
    if (left <= kStride)
      at = std::exchange(target, anywhere());
    else
      at = {at.x + dx / left * kStride, 0, at.z + dz / left * kStride};
  }

  int walkers_;
  float radius_;  // m
  std::mt19937_64 random_{1};
  std::vector<Position> at_, targets_;
  std::set<int> gone_;
};

/// No change is charged to the churn budget. The run checks every rule after each flush.
class Gathering : public ::testing::Test {
 protected:
  void pass(int flushes) {
    for (int i = 0; i < flushes; ++i) {
      plaza.step([this](int player, Position at) { run.apply({Kind::report, player, 0, at}); });
      run.flush();
    }
  }
  [[nodiscard]] std::vector<std::size_t> sizes() const {
    std::vector<std::size_t> sizes;
    run.engine->each_island([&](IslandView const& v) { sizes.push_back(v.members.size()); });
    std::ranges::sort(sizes, std::greater());
    return sizes;
  }
  [[nodiscard]] std::uint64_t gathered() const {
    return run.judge.counts.at(static_cast<std::size_t>(Cause::gather));
  }

  void leave(std::string const& island, std::size_t people) {
    std::vector<int> leaving;
    run.engine->see_island(island, [&](IslandView const& v) {
      for (auto const& m : v.members.first(std::min(people, v.members.size())))
        leaving.push_back(std::stoi(std::string(m.player.substr(1))));
    });
    for (auto const player : leaving) {
      run.apply({Kind::leave, player, 0, {}});
      plaza.leave(player);
    }
  }
  /// So many leave each island, or all.
  void thin_out(std::size_t people) {
    for (auto const& island : run.islands) leave(island, people);
  }

  Plaza plaza{200, 200};
  CrowdRun run{{.cap = 50, .players = 0, .steps = 0, .budget = 0}};
};

TEST_F(Gathering, PutsPeopleWhoAllWalkOnFewAndFullIslands) {
  pass(1);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{40, 40, 40, 40, 40}));
  pass(40);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{50, 50, 50, 50}));
  EXPECT_LE(gathered(), 40U);
}

TEST_F(Gathering, LeavesPeopleAloneOfWhomHalfStand) {
  plaza = Plaza(200, 100);
  pass(40);
  EXPECT_EQ(gathered(), 0U);
  EXPECT_EQ(sizes().size(), 5U);
}

/// Ten are left of the one that is dissolved.
TEST_F(Gathering, TearsNoIslandApartThatIsWiderThanLeaveDistance) {
  plaza = Plaza(210, 210, 130);
  pass(60);
  EXPECT_GT(gathered(), 20U);
}

TEST_F(Gathering, IsPaidByGrowthWhichAdoptingPeopleIsNot) {
  pass(1);
  run.take_over([](auto const&) { return false; });
  pass(40);
  EXPECT_EQ(gathered(), 0U);
  EXPECT_EQ(sizes().size(), 5U);
}

/// An island that took people in is not dissolved in the same flush: they would be left on it.
TEST(GatheringParty, NobodyIsGatheredOnAnIslandThatIsDissolvedItself) {
  CrowdRun run({.cap = 20, .players = 0, .steps = 0});
  for (auto const& e : Party{144, 4, 1, 4'294'967'295, 1}.history(true)) run.apply(e);
  EXPECT_GT(run.judge.counts.at(static_cast<std::size_t>(Cause::gather)), 0U);
}

/// Two hundred arrivals pay a hundred moves.
TEST_F(Gathering, IsPaidOnce) {
  pass(40);
  auto const first = gathered();
  EXPECT_GE(first, 30U);
  thin_out(10);
  pass(40);
  auto const second = gathered();
  EXPECT_GE(second - first, 30U);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{50, 50, 50, 10}));
  thin_out(16);
  pass(40);
  EXPECT_EQ(gathered(), second);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{34, 34, 34}));
}

TEST_F(Gathering, GivesWhoComesASeatOnTheFullestIsland) {
  pass(40);
  leave(run.islands.at(0), 1);
  leave(run.islands.at(1), 8);
  run.apply({Kind::report, 1'000, 0, {}});
  run.flush();
  EXPECT_EQ(run.engine->find("p1000")->island, run.islands.at(0));
}

}  // namespace
}  // namespace archipelago::engine
