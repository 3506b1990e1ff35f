// Engine::adopt(): what other engines told their players is taken over.
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archipelago/engine.hpp"
#include "support/counting_ids.hpp"
#include "support/take_over.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr Limits kLimits{.join_distance = 64, .leave_distance = 80, .max_peers = 4};

std::unique_ptr<Engine> crowd(Hooks hooks) {
  return make_crowd_engine(kLimits, {}, std::move(hooks));
}
std::unique_ptr<Engine> reference(Hooks hooks) {
  return make_reference_engine(kLimits, std::move(hooks));
}

struct Policy {
  char const* name;
  std::unique_ptr<Engine> (*make)(Hooks);
};

class Adopt : public ::testing::TestWithParam<Policy> {
 protected:
  Adopt() { renew(); }

  void renew() { engine = GetParam().make({testing::CountingIds("I"), may_connect}); }
  std::vector<std::string> flush() {
    std::vector<std::string> lines;
    for (auto const& c : engine->flush(now += milliseconds(2000)))
      lines.push_back(std::string(c.player) + ":" + std::string(c.from) + ">" + std::string(c.to));
    return lines;
  }
  std::string island(std::string_view player) {
    auto const seen = engine->find(player);
    return seen ? std::string(seen->island) : "unknown";
  }
  std::vector<std::string> islands() {
    std::vector<std::string> all;
    engine->each_island([&](IslandView const& v) { all.emplace_back(v.id); });
    return all;
  }

  std::function<bool(std::string_view, std::string_view)> may_connect;
  std::unique_ptr<Engine> engine;
  milliseconds now{};
};

TEST_P(Adopt, EverybodyIsAtOnceWhereItWasAndNothingIsTold) {
  EXPECT_EQ(engine->adopt("a", {0, 1, 0}, "X7"), Admission::accepted);
  EXPECT_EQ(engine->adopt("b", {70, 2, 0}, "X7"), Admission::accepted);
  EXPECT_EQ(engine->adopt("c", {900, 3, 0}, "X3"), Admission::accepted);
  EXPECT_EQ(island("b"), "X7");
  EXPECT_EQ(engine->find("b")->at, (Position{70, 2, 0}));
  EXPECT_EQ(engine->player_count(), 3U);
  EXPECT_EQ(engine->island_count(), 2U);
  EXPECT_THAT(islands(), ElementsAre("X7", "X3"));
  EXPECT_TRUE(engine->see_island("X7", [](IslandView const& v) {
    EXPECT_EQ(v.members.size(), 2U);
    EXPECT_EQ(v.centre_x, 35);
    EXPECT_EQ(v.radius, 35);
  }));
  EXPECT_THAT(flush(), IsEmpty());
  EXPECT_THAT(flush(), IsEmpty());
  EXPECT_THAT(islands(), ElementsAre("X7", "X3"));
  EXPECT_EQ(engine->counters().accepted, 3U);
}

TEST_P(Adopt, WhoIsTooFarAwayPartsAtTheNextFlushAndIsToldFromWhere) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("b", {10, 0, 0}, "X1");
  engine->adopt("c", {91, 0, 0}, "X1");
  EXPECT_EQ(island("c"), "X1");
  EXPECT_THAT(flush(), ElementsAre("c:X1>I1"));
}

TEST_P(Adopt, TheOlderOfTwoEqualIslandsThatMeetStays) {
  engine->adopt("a", {0, 0, 0}, "X9");
  engine->adopt("b", {10, 0, 0}, "X2");
  EXPECT_THAT(flush(), ElementsAre("b:X2>X9"));
}

TEST_P(Adopt, WhatIsFullIsNotMadeFuller) {
  for (auto const* player : {"a", "b", "c", "d", "e"}) engine->adopt(player, {}, "X1");
  EXPECT_EQ(island("d"), "X1");
  EXPECT_EQ(island("e"), "");
  EXPECT_EQ(engine->player_count(), 4U);
  EXPECT_THAT(flush(), ElementsAre("e:>I1"));
}

TEST_P(Adopt, WhoIsOnAnIslandStaysThereAndWhoWaitsIsTakenAtOnce) {
  engine->report("a", {0, 0, 0});
  flush();
  engine->adopt("a", {5, 0, 0}, "X1");
  EXPECT_EQ(island("a"), "I1");
  EXPECT_EQ(engine->find("a")->at.x, 5);
  engine->report("b", {900, 0, 0});
  engine->report("c", {1800, 0, 0});
  EXPECT_EQ(engine->adopt("b", {910, 0, 0}, "X1"), Admission::accepted);
  EXPECT_EQ(island("b"), "X1");
  EXPECT_EQ(engine->player_count(), 2U);
  EXPECT_THAT(flush(), ElementsAre("c:>I2"));
}

TEST_P(Adopt, WhoComesBetweenFlushesIsOnItsIslandAndLeavesIt) {
  engine->report("a", {0, 0, 0});
  flush();
  engine->adopt("b", {10, 0, 0}, "I1");
  EXPECT_EQ(island("b"), "I1");
  EXPECT_THAT(flush(), IsEmpty());
  engine->adopt("c", {500, 0, 0}, "X5");
  engine->leave("c");
  EXPECT_EQ(engine->island_count(), 1U);
  EXPECT_THAT(flush(), ElementsAre("c:X5>"));
}

TEST_P(Adopt, TheDoorIsThatOfAReport) {
  EXPECT_EQ(engine->adopt("", {}, "X1"), Admission::bad_id);
  EXPECT_EQ(engine->adopt("a", {NAN, 0, 0}, "X1"), Admission::bad_position);
  EXPECT_EQ(engine->adopt("a", {}, "X1", std::string(200, 'x')), Admission::bad_room);
  EXPECT_EQ(engine->adopt("a", {1e9F, 0, 0}, "X1"), Admission::clamped);
  EXPECT_EQ(island("a"), "X1");
  engine->adopt("b", {}, "");
  engine->adopt("c", {}, std::string(200, 'x'));
  EXPECT_EQ(island("b") + island("c"), "");
  EXPECT_EQ(engine->counters().bad_id, 1U);
  EXPECT_EQ(flush().size(), 2U);
}

TEST_P(Adopt, AForbiddenIslandAdoptsNobody) {
  may_connect = [](std::string_view, std::string_view id) { return id != "X1"; };
  renew();
  engine->adopt("a", {}, "X1");
  EXPECT_EQ(island("a"), "");
  EXPECT_THAT(flush(), ElementsAre("a:>I1"));
}

/// A gateway that says the wrong thing cannot make two islands of one id.
TEST_P(Adopt, AnIdThatWasAdoptedIsNotGivenOutAgain) {
  engine->adopt("a", {0, 0, 0}, "I1");
  engine->adopt("b", {900, 0, 0}, "I2");
  engine->report("c", {1800, 0, 0});
  EXPECT_THAT(flush(), ElementsAre("c:>I3"));
}

TEST_P(Adopt, AWholeEngineIsTakenOver) {
  for (int i = 0; i < 40; ++i)
    engine->report("p" + std::to_string(i), {static_cast<float>(i * 37 % 400), 0, 0});
  for (int i = 0; i < 10; ++i) flush();
  auto const old = std::move(engine);
  engine = GetParam().make({testing::CountingIds("J"), {}});
  testing::take_over(*old, *engine);
  EXPECT_EQ(engine->player_count(), 40U);
  std::vector<std::string> ids;
  old->each_island([&](IslandView const& v) {
    ids.emplace_back(v.id);
    for (auto const& m : v.members) EXPECT_EQ(island(m.player), v.id);
  });
  EXPECT_EQ(islands(), ids);
  EXPECT_THAT(flush(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Policies, Adopt,
                         ::testing::Values(Policy{"crowd", crowd}, Policy{"reference", reference}),
                         [](auto const& tested) { return tested.param.name; });

/// Of the policy crowd alone: wishes.
class AdoptGuests : public ::testing::Test {
 protected:
  std::vector<std::string> flush(int flushes = 1) {
    std::vector<std::string> lines;
    for (int i = 0; i < flushes; ++i) {
      for (auto const& c : engine->flush(now += milliseconds(2000)))
        lines.push_back(std::string(c.player) + ":" + std::string(c.from) + ">" +
                        std::string(c.to));
      for (auto const& r : engine->refused_wishes()) refused.emplace(r.player);
    }
    return lines;
  }
  bool is_guest(std::string_view player) { return engine->explain(player, 0)->guest; }

  std::unique_ptr<Engine> engine =
      make_crowd_engine({.join_distance = 64, .leave_distance = 80, .max_peers = 8}, {},
                        {testing::CountingIds("I"), {}});
  milliseconds now{10'000};
  std::set<std::string> refused;
};

TEST_F(AdoptGuests, AGuestStaysOneUntilItsWishIsWithdrawn) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("guest", {2000, 0, 0}, "X1", "X1");
  EXPECT_THAT(flush(20), IsEmpty());
  EXPECT_TRUE(is_guest("guest"));
  EXPECT_FALSE(is_guest("a"));
  EXPECT_EQ(engine->wishes().asked, 1U);
  EXPECT_EQ(engine->wishes().honoured, 1U);
  engine->report("guest", {2000, 0, 0}, "");
  EXPECT_THAT(flush(), ElementsAre("guest:X1>I1"));
}

TEST_F(AdoptGuests, WhoWishesAndIsNearIsAnOrdinaryMember) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("b", {30, 0, 0}, "X1", "X1");
  engine->adopt("c", {60, 0, 0}, "X1", "X1");
  EXPECT_THAT(flush(), IsEmpty());
  EXPECT_FALSE(is_guest("b"));
  EXPECT_FALSE(is_guest("c"));
}

/// There are no more guests than geometry tells: friends who all wish to be where they are.
TEST_F(AdoptGuests, WhereAllWishToBeTheLargestGroupIsTheCore) {
  engine->adopt("far", {5000, 0, 0}, "X1", "X1");
  engine->adopt("a", {0, 0, 0}, "X1", "X1");
  engine->adopt("b", {50, 0, 0}, "X1", "X1");
  engine->adopt("c", {100, 0, 0}, "X1", "X1");
  EXPECT_THAT(flush(3), IsEmpty());
  EXPECT_TRUE(is_guest("far"));
  for (auto const* friends : {"a", "b", "c"}) EXPECT_FALSE(is_guest(friends));
}

TEST_F(AdoptGuests, AnIslandWithNothingButAGuestIsItsHome) {
  engine->adopt("a", {0, 0, 0}, "X1", "X1");
  EXPECT_THAT(flush(), IsEmpty());
  EXPECT_FALSE(is_guest("a"));
  engine->adopt("b", {40, 0, 0}, "X2");
  EXPECT_THAT(flush(), ElementsAre("b:X2>X1"));
}

TEST_F(AdoptGuests, AGuestOfAnIslandThatWasMergedAwayBeforeStays) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("guest", {2000, 0, 0}, "X1", "X0");
  engine->adopt("near", {10, 0, 0}, "X1", "X0");
  EXPECT_THAT(flush(3), IsEmpty());
  EXPECT_TRUE(is_guest("guest"));
  EXPECT_FALSE(is_guest("near"));
  EXPECT_EQ(engine->wishes().honoured, 1U);
  EXPECT_THAT(refused, UnorderedElementsAre("near"));
}

TEST_F(AdoptGuests, AWishForAnotherIslandIsGrantedOrWaits) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("b", {900, 0, 0}, "X2");
  for (int i = 0; i < 8; ++i) engine->adopt("full" + std::to_string(i), {1800, 0, 0}, "X3");
  engine->adopt("c", {0, 0, 0}, "X1", "X2");
  engine->adopt("d", {0, 0, 0}, "X1", "X3");
  EXPECT_THAT(flush(), ElementsAre("c:X1>X2"));
  EXPECT_FALSE(is_guest("d"));
  EXPECT_EQ(engine->wishes().waiting, 1U);
  engine->leave("full3");
  EXPECT_THAT(flush(2), UnorderedElementsAre("full3:X3>", "d:X1>X3"));
}

TEST_F(AdoptGuests, WhoWishesToBeElsewhereIsNoGuestWhereItIs) {
  engine->adopt("a", {0, 0, 0}, "X1");
  for (int i = 0; i < 8; ++i) engine->adopt("full" + std::to_string(i), {1800, 0, 0}, "X3");
  engine->adopt("b", {5000, 0, 0}, "X1", "X3");
  EXPECT_THAT(flush(), ElementsAre("b:X1>I1"));
}

TEST_F(AdoptGuests, AWishOfBeforeIsNoReasonToRefuseTheNext) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("b", {900, 0, 0}, "X2");
  engine->adopt("guest", {2000, 0, 0}, "X1", "X1");
  flush();
  engine->report("guest", {2000, 0, 0}, "X2");
  EXPECT_THAT(flush(), ElementsAre("guest:X1>X2"));
  EXPECT_THAT(refused, IsEmpty());
}

TEST_F(AdoptGuests, WhoLeavesOrWithdrawsBeforeTheFlushIsForgotten) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("b", {2000, 0, 0}, "X1", "X1");
  engine->adopt("c", {4000, 0, 0}, "X1", "X9");
  engine->leave("c");
  engine->report("b", {2000, 0, 0}, "");
  EXPECT_THAT(flush(), UnorderedElementsAre("c:X1>", "b:X1>I1"));
  EXPECT_EQ(engine->wishes().withdrawn, 2U);
}

/// Two islands that became one: an id that leads to the other is not founded again.
TEST_F(AdoptGuests, AnIslandThatWasMergedAwayHereAdoptsNobody) {
  engine->adopt("a", {0, 0, 0}, "X1");
  engine->adopt("b", {10, 0, 0}, "X2");
  EXPECT_THAT(flush(), ElementsAre("b:X2>X1"));
  engine->adopt("c", {20, 0, 0}, "X2");
  EXPECT_THAT(flush(), ElementsAre("c:>X1"));
}

}  // namespace
}  // namespace archipelago::engine
