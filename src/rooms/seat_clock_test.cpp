#include "rooms/seat_clock.hpp"

#include <array>
#include <deque>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::rooms {
namespace {

constexpr std::uint64_t kWall = 1'700'000'000'000;
constexpr WallTime kNow{kWall};

TEST(SeatClock, IsTheTimeOfDayAndNeverTellsANumberTwice) {
  SeatClock clock;
  EXPECT_EQ(clock.next(kNow), kWall);
  EXPECT_EQ(clock.next(kNow), kWall + 1);
  EXPECT_EQ(clock.next(kNow + Millis{-5'000}), kWall + 2) << "it was set back";
  EXPECT_EQ(clock.next(kNow + Millis{10}), kWall + 10);
}

TEST(SeatClock, RunsAsTheFastestThatItHasHeard) {
  SeatClock clock;
  clock.hear(kWall + 5'000, kNow);
  clock.hear(kWall - 5'000, kNow);
  EXPECT_EQ(clock.peek(kNow), kWall + 5'001);
  EXPECT_EQ(clock.peek(kNow), kWall + 5'001);
  EXPECT_EQ(clock.next(kNow + Millis{700}), kWall + 5'700);
}

TEST(SeatClock, BelievesNoNumberOfMoreThanADayAhead) {
  EXPECT_FALSE(SeatClock::believes(0, kNow));
  EXPECT_TRUE(SeatClock::believes(1, kNow));
  EXPECT_TRUE(SeatClock::believes(kWall + 86'400'000, kNow));
  EXPECT_FALSE(SeatClock::believes(kWall + 86'400'001, kNow));
  EXPECT_FALSE(SeatClock::believes(std::numeric_limits<std::uint64_t>::max(), kNow));
}

struct OnItsWay {
  std::uint64_t number;
  std::int64_t arrives;
};

/// Once two hosts have heard one another as fast as messages go, a player may move between them as
/// often as it likes, if no sooner than that: however late all further messages are.
RC_GTEST_PROP(SeatClockProperty, LaterSeatsHaveGreaterNumbersThoughClocksDifferAndMessagesAreLate,
              ()) {
  constexpr std::int64_t kFastest = 3;
  std::array<SeatClock, 2> clocks;
  std::array<std::int64_t, 2> const offsets{*rc::gen::inRange(-60'000, 60'000), 0};
  auto const wall = [&](std::size_t host, std::int64_t time) {
    return kNow + Millis{time + offsets[host]};
  };
  for (std::size_t host : {0U, 1U})
    clocks[1 - host].hear(clocks[host].peek(wall(host, 0)), wall(1 - host, kFastest));
  std::array<std::deque<OnItsWay>, 2> mail;
  std::int64_t time = kFastest;
  std::uint64_t newest = 0;
  auto const moves = *rc::gen::inRange(1, 40);
  for (int i = 0; i < moves; ++i) {
    time += *rc::gen::inRange<std::int64_t>(kFastest + 1, 2'000);
    auto const host = *rc::gen::inRange<std::size_t>(0, 2);
    for (auto& inbox = mail[host]; !inbox.empty() && inbox.front().arrives <= time;
         inbox.pop_front())
      clocks[host].hear(inbox.front().number, wall(host, inbox.front().arrives));
    auto const number = clocks[host].next(wall(host, time));
    RC_ASSERT(number > newest);
    newest = number;
    auto const late = *rc::gen::inRange<std::int64_t>(kFastest, 5'000);
    mail[1 - host].push_back({number, time + late});
  }
}

}  // namespace
}  // namespace archipelago::rooms
