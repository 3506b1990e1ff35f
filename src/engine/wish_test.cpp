// desired_room: joining a friend at any distance.
#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "archipelago/engine.hpp"
#include "support/counting_ids.hpp"

namespace archipelago::engine {
namespace {

using std::chrono::milliseconds;

class Wishes : public ::testing::Test {
 protected:
  void flush(int flushes = 1) {
    for (int i = 0; i < flushes; ++i) {
      engine->flush(now += milliseconds(2000));
      for (auto const& r : engine->refused_wishes()) refused[std::string(r.player)] = r.reason;
      engine->each_island([](IslandView const& v) { ASSERT_LE(v.members.size(), cap); });
    }
  }
  std::string island(std::string_view player) { return std::string(engine->find(player)->island); }
  void stand(std::string const& head, int count, float x) {
    for (int i = 0; i < count; ++i) engine->report(head + std::to_string(i), {x, 0, 0});
  }
  void wish(std::string_view player, std::string_view room) {
    engine->report(player, engine->find(player)->at, room);
  }

  static constexpr std::uint32_t cap = 8;
  std::unique_ptr<Engine> engine =
      make_crowd_engine({.join_distance = 64, .leave_distance = 80, .max_peers = cap}, {},
                        {testing::CountingIds("I"), {}});
  milliseconds now{};
  std::map<std::string, Refusal> refused;
};

TEST_F(Wishes, AFriendTwoKilometresAwayIsJoinedAndStays) {
  stand("a", 3, 0);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush();
  EXPECT_EQ(island("b0"), island("a0"));
  EXPECT_TRUE(engine->explain("b0")->guest);
  flush(20);
  EXPECT_EQ(island("b0"), island("a0"));
  EXPECT_EQ(engine->wishes().asked, 1U);
  EXPECT_EQ(engine->wishes().honoured, 1U);
}

TEST_F(Wishes, ANewcomerWithAWishGoesStraightThere) {
  stand("a", 3, 0);
  flush();
  engine->report("b", {2000, 0, 0}, island("a0"));
  auto const changes = engine->flush(now += milliseconds(2000));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].to, island("a0"));
  EXPECT_EQ(changes[0].from, "");
}

TEST_F(Wishes, ANewcomerPlacedBetweenFlushesIsWhereItWishesAtOnce) {
  stand("a", 3, 0);
  stand("c", 1, 2000);
  flush();
  engine->report("b", {2000, 0, 0}, island("a0"));
  auto const changes = engine->place(now + milliseconds(100));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].to, island("a0"));
  EXPECT_EQ(changes[0].cause, Cause::wish);
  EXPECT_TRUE(engine->explain("b")->guest);
  EXPECT_EQ(engine->wishes().honoured, 1U);
  EXPECT_EQ(engine->wishes().waiting, 0U);
  EXPECT_TRUE(engine->flush(now += milliseconds(2000)).empty());
}

TEST_F(Wishes, ANewcomerPlacedBetweenFlushesTakesNoSeatThatOthersWaitFor) {
  stand("a", 8, 0);
  stand("b", 1, 2000);
  flush();
  auto const room = island("a0");
  wish("b0", room);
  flush();
  engine->leave("a7");
  engine->report("c", {5000, 0, 0}, room);
  engine->place(now + milliseconds(100));
  EXPECT_NE(island("c"), room);
  flush();
  EXPECT_EQ(island("b0"), room);
  EXPECT_NE(island("c"), room);
}

TEST_F(Wishes, AGuestNeverBringsStrangersTogether) {
  stand("a", 3, 0);
  stand("b", 1, 2000);
  stand("c", 2, 2010);
  flush();
  auto const strangers = island("c0");
  wish("b0", island("a0"));
  flush(3);
  EXPECT_EQ(island("b0"), island("a0"));
  EXPECT_EQ(island("c0"), strangers);
}

TEST_F(Wishes, AGuestWhoWalksUpBecomesACoreMember) {
  stand("a", 3, 0);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush();
  engine->report("b0", {40, 0, 0});
  flush();
  EXPECT_FALSE(engine->explain("b0")->guest);
  engine->report("n", {90, 0, 0});  // near b0 only
  flush();
  EXPECT_EQ(island("n"), island("a0"));
}

TEST_F(Wishes, WithdrawingBringsAGuestBackToGeometry) {
  stand("a", 3, 0);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush();
  wish("b0", "");
  flush();
  EXPECT_NE(island("b0"), island("a0"));
}

TEST_F(Wishes, AHeartbeatWithoutTheFieldLeavesTheWish) {
  stand("a", 3, 0);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush();
  engine->report("b0", {2001, 0, 0});
  flush();
  EXPECT_EQ(island("b0"), island("a0"));
}

TEST_F(Wishes, GuestsFallBackToGeometryWhenTheCoreIsGone) {
  stand("a", 1, 0);
  stand("b", 1, 2000);
  stand("c", 1, 5000);
  flush();
  auto const room = island("a0");
  wish("b0", room);
  wish("c0", room);
  flush();
  ASSERT_EQ(island("b0"), room);
  engine->leave("a0");
  flush();
  EXPECT_NE(island("b0"), island("c0"));
}

TEST_F(Wishes, AFullIslandIsWaitedForAndTheFirstWhoAskedGetsTheSeat) {
  stand("a", 8, 0);
  stand("b", 1, 2000);
  stand("c", 1, 5000);
  flush();
  wish("c0", island("a0"));
  flush();
  wish("b0", island("a0"));
  flush();
  EXPECT_EQ(engine->wishes().waiting, 2U);
  engine->leave("a7");
  engine->report("n", {0, 0, 0});  // has no claim
  flush();
  EXPECT_EQ(island("c0"), island("a0"));
  EXPECT_NE(island("b0"), island("a0"));
  EXPECT_NE(island("n"), island("a0"));
}

TEST_F(Wishes, AfterThirtySecondsAFullIslandIsRefused) {
  stand("a", 8, 0);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush(15);
  EXPECT_TRUE(refused.empty());
  flush(2);
  EXPECT_EQ(refused.at("b0"), Refusal::full);
  EXPECT_EQ(engine->wishes().refused[static_cast<std::size_t>(Refusal::full)], 1U);
  EXPECT_EQ(engine->wishes().waiting, 0U);
}

TEST_F(Wishes, AnUnknownIslandIsRefusedAtOnce) {
  stand("b", 1, 2000);
  flush();
  wish("b0", "I999");
  flush();
  EXPECT_EQ(refused.at("b0"), Refusal::unknown_island);
}

TEST_F(Wishes, AMergedIslandIsFoundUnderItsOldIdForTwoMinutes) {
  stand("a", 3, 0);
  stand("m", 1, 500);
  stand("b", 1, 2000);
  stand("c", 1, 4000);
  flush();
  auto const old = island("m0");
  engine->report("m0", {10, 0, 0});
  flush();
  wish("b0", old);
  flush();
  EXPECT_EQ(island("b0"), island("a0"));
  flush(60);
  wish("c0", old);
  flush();
  EXPECT_EQ(refused.at("c0"), Refusal::unknown_island);
}

TEST_F(Wishes, OneChangeInTenSecondsCounts) {
  stand("a", 2, 0);
  stand("c", 2, 4000);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush();
  wish("b0", island("c0"));
  flush();
  EXPECT_EQ(refused.at("b0"), Refusal::too_soon);
  EXPECT_EQ(island("b0"), island("a0"));
  flush(4);
  wish("b0", island("c0"));
  flush();
  EXPECT_EQ(island("b0"), island("c0"));
}

TEST_F(Wishes, AnIslandTakesAQuarterOfItsSeatsInGuests) {
  stand("a", 2, 0);
  for (int i = 0; i < 3; ++i)
    engine->report("b" + std::to_string(i), {2000.0F + 500.0F * float(i), 0, 0});
  flush();
  for (int i = 0; i < 3; ++i) wish("b" + std::to_string(i), island("a0"));
  flush();
  EXPECT_EQ(island("b0"), island("a0"));
  EXPECT_EQ(island("b1"), island("a0"));
  EXPECT_NE(island("b2"), island("a0"));
  flush(16);
  EXPECT_EQ(refused.at("b2"), Refusal::too_many_guests);
}

TEST_F(Wishes, GuestsFollowAMergeAndStayWithTheIdOnASplit) {
  stand("a", 2, 0);
  stand("c", 3, 400);
  stand("b", 1, 2000);
  flush();
  wish("b0", island("a0"));
  flush();
  stand("a", 2, 350);
  flush();
  EXPECT_EQ(island("b0"), island("c0"));
  stand("c", 3, 900);
  flush();
  EXPECT_EQ(island("b0"), island("c0"));
  EXPECT_NE(island("a0"), island("c0"));
}

}  // namespace
}  // namespace archipelago::engine
