// A guest never joins two strangers' islands (ENGINE 7, property 10): two lands far apart, whose
// people wish themselves to the other one. Who is a guest is told by where the others live.
#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/engine.hpp"
#include "engine/oracle.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

constexpr int kLand = 250;          // m, half a side
constexpr float kFarAway = 10'000;  // m, between the lands
constexpr std::uint32_t kCap = 100;

struct Lands {
  explicit Lands(std::uint64_t seed) : random(seed) {}

  std::size_t any(std::size_t below) { return random() % below; }

  /// The first half of each land never wishes.
  void report(std::size_t i) {
    auto const coordinate = [&] { return static_cast<float>(any(2 * kLand)) - kLand; };
    bool const east = i % 2 == 1;
    auto const player = (i % 4 < 2 ? "stranger" : "friend") + std::to_string(i);
    auto& at = here[player];
    at = {coordinate() + (east ? kFarAway : 0), 0, coordinate()};
    auto const& there = islands.at(east ? 0 : 1);
    if (player[0] == 's' || there.empty() || any(3) != 0) {
      engine->report(player, at);
      return;
    }
    engine->report(player, at, any(8) == 0 ? std::string() : there[any(there.size())]);
  }
  void leave(std::size_t i) {
    auto const player = (i % 4 < 2 ? "stranger" : "friend") + std::to_string(i);
    engine->leave(player);
    here.erase(player);
    before.erase(player);
  }
  static bool is_east(Position at) { return at.x > kFarAway / 2; }

  /// By island: the land of its strangers. They share one.
  [[nodiscard]] std::map<std::string, bool> homes() const {
    std::map<std::string, bool> homes;
    engine->each_island([&](IslandView const& v) {
      for (auto const& m : v.members)
        if (m.player[0] == 's')
          RC_ASSERT(homes.try_emplace(std::string(v.id), is_east(m.at)).first->second ==
                    is_east(m.at));
    });
    return homes;
  }

  void place() {
    for (auto const& c : engine->place(now))
      if (!c.to.empty()) before[std::string(c.player)] = c.to;
    static_cast<void>(homes());
  }

  /// Who wishes nothing is with the others of its land exactly as if there were no guests from the
  /// other one. (An island may change its land, and then has guests of its own.)
  void flush() {
    std::set<std::string> wished;
    std::map<std::string, std::string> merged;
    for (auto const& c : engine->flush(now += std::chrono::seconds(2))) {
      if (c.cause == Cause::wish) wished.emplace(c.player);
      if (c.cause == Cause::merge) merged.emplace(c.from, c.to);
    }
    auto const home = homes();
    oracle::People all, certain;
    oracle::Partition belief;
    islands = {};
    for (auto const& [island, east] : home) islands.at(east ? 1 : 0).push_back(island);
    engine->each_island([&](IslandView const& v) {
      std::string const island(v.id);
      for (auto const& m : v.members) {
        std::string const player(m.player);
        belief[player] = island;
        auto const found = home.find(island);
        if (found == home.end()) continue;  // friends among themselves
        if (found->second != is_east(m.at)) {
          ++guests;
          continue;
        }
        auto const wish = engine->explain(player, 0)->wish;
        all[player] = {m.at, island,
                       wished.contains(player)   ? heir(std::string(wish))
                       : before.contains(player) ? before.at(player)
                                                 : ""};  // wishes are granted before geometry
        if (wish.empty()) certain[player] = all[player];
      }
    });
    for (auto const& group : oracle::groups(certain, oracle::hangs_together))
      for (auto const& player : group)
        RC_ASSERT(certain.at(player).island == certain.at(group[0]).island);
    check_nobody_is_joined(all, certain);
    before = belief;
    for (auto const& [from, to] : merged) heirs[from] = to;
  }

  /// Where those of an island are after the merges of all flushes before.
  [[nodiscard]] std::string heir(std::string island) const {
    while (heirs.contains(island)) island = heirs.at(island);
    return island;
  }

  static void check_nobody_is_joined(oracle::People const& all, oracle::People const& certain) {
    std::set<std::string> taken;
    for (auto const& group : oracle::groups(all, oracle::hangs_together)) {
      std::set<std::string> theirs;
      for (auto const& player : group)
        if (certain.contains(player)) theirs.insert(certain.at(player).island);
      for (auto const& island : theirs) RC_ASSERT(taken.insert(island).second);
    }
  }

  std::mt19937_64 random;
  std::unique_ptr<Engine> engine =
      make_crowd_engine({.join_distance = 64, .leave_distance = 80, .max_peers = kCap}, {},
                        {testing::CountingIds("I"), {}});
  std::map<std::string, Position> here;
  oracle::Partition before;
  std::map<std::string, std::string> heirs;         ///< islands merged away
  std::array<std::vector<std::string>, 2> islands;  ///< with strangers, of each land
  std::chrono::milliseconds now{};
  std::size_t guests = 0;
};

void play(Lands& lands, std::size_t players, int flushes) {
  for (int flush = 0; flush < flushes; ++flush) {
    for (std::size_t i = 0; i < players; ++i) {
      if (auto const what = lands.any(20); what < 6)
        lands.report(i);
      else if (what == 6)
        lands.leave(i);
      else
        continue;
      if (lands.any(4) != 0) continue;
      lands.place();
    }
    lands.flush();
  }
}

RC_GTEST_PROP(GuestProperty, AGuestNeverJoinsTwoStrangersIslands, ()) {
  Lands lands(*rc::gen::arbitrary<std::uint32_t>());
  auto const players = *rc::gen::inRange<std::size_t>(1, kCap);
  play(lands, players, *rc::gen::inRange(1, 30));
  RC_TAG(lands.guests != 0);
}

/// The property above sees them.
TEST(Guests, AreManyInTwoLandsOfFriends) {
  Lands lands(1);
  play(lands, 60, 40);
  EXPECT_GT(lands.guests, 100U);
}

/// One who comes by a wish, and then stands between strangers who would part without it.
TEST(Guests, WhoHaveComeByAWishAndStandNearHangTogetherWithThoseThere) {
  Lands lands(1'857'418'851);
  play(lands, 86, 11);
}

}  // namespace
}  // namespace archipelago::engine
