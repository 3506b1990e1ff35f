// Everybody who is here is asked about, a few at a time.
#include "bans/sweep.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bans/testing.hpp"
#include "base/log.hpp"
#include "base/virtual_loop.hpp"

namespace archipelago::bans {
namespace {

using ::testing::ElementsAre;
using testing::Hands;
using ::testing::IsEmpty;
using testing::player;

struct Round {
  Round() {
    log::set_level(log::Level::error);
    for (unsigned n = 0; n < 50; ++n) players.push_back(player(n));
    sweep.start();
  }
  void settle() {
    for (;;) {
      auto const worked = hands.work();
      most_at_once = std::max(most_at_once, worked);
      if (worked + loop.run_posted() == 0) return;
    }
  }
  void advance(Millis by) {
    loop.advance(by);
    settle();
  }

  VirtualLoop loop;
  Hands hands;
  Metrics metrics;
  std::vector<Address> players;
  std::vector<Address> evicted;
  std::size_t asked = 0;
  std::size_t most_at_once = 0;
  std::function<Result<bool>(Address const&)> says = [](Address const& who) {
    return who == player(7) || who == player(49);
  };
  BanCheck check{[this](Address const& who) {
                   ++asked;
                   return says(who);
                 },
                 [this](Task task) { return hands.take(std::move(task)); },
                 {},
                 metrics};
  Sweep sweep{{.loop = loop,
               .check = check,
               .players = [this] { return players; },
               .evict = [this](Address const& who) { evicted.push_back(who); },
               .metrics = metrics},
              Millis{30'000}};
};

TEST(Sweep, AsksAboutEverybodyTwentyAtATimeAndEvictsTheBanned) {
  Round round;
  round.advance(Millis{29'999});
  EXPECT_EQ(round.asked, 0U);
  round.advance(Millis{1});
  EXPECT_EQ(round.asked, 50U);
  EXPECT_EQ(round.most_at_once, 20U);
  EXPECT_THAT(round.evicted, ElementsAre(player(49), player(7)));
}

TEST(Sweep, ComesAgainAndIsNotFooledByWhatIsRemembered) {
  Round round;
  round.says = [](Address const&) { return false; };
  round.advance(Millis{30'000});
  EXPECT_THAT(round.evicted, IsEmpty());
  round.says = [](Address const& who) { return who == player(1); };
  round.advance(Millis{30'000});
  EXPECT_EQ(round.asked, 100U);
  EXPECT_THAT(round.evicted, ElementsAre(player(1)));
}

TEST(Sweep, EvictsNobodyOnErrorsAndGivesTheRoundUpWhenTheCheckIsDown) {
  Round round;
  round.says = [](Address const&) -> Result<bool> { return fail(Errc::upstream_failed, "down"); };
  round.advance(Millis{30'000});
  EXPECT_EQ(round.asked, 20U);
  EXPECT_EQ(round.metrics.value(Metric::ban_failures_check), 20);
  EXPECT_THAT(round.evicted, IsEmpty());
  round.advance(Millis{30'000});
  EXPECT_EQ(round.asked, 40U) << "but the next round comes";
}

TEST(Sweep, AnEmptyRealmIsSweptToo) {
  Round round;
  round.players.clear();
  round.advance(Millis{30'000});
  round.players = {player(7)};
  round.advance(Millis{30'000});
  EXPECT_THAT(round.evicted, ElementsAre(player(7)));
}

}  // namespace
}  // namespace archipelago::bans
