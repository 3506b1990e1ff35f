// How long the tokens of a core that leads no more are good.
#include "rooms/fence.hpp"

#include <limits>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using ::testing::ElementsAre;
using testing::Hall;
using testing::player;

constexpr std::uint64_t kOld = 1'700'000'000'000;
constexpr std::uint64_t kNew = kOld + 1;

bool lets_in(Hall& hall, std::uint64_t epoch) {
  auto const token = hall.token("a", player(1), Millis{600'000}, epoch);
  auto const client = hall.connect("a", player(1), token);
  client->identify(player(1));
  bool const asked = !client->heard().empty();
  EXPECT_EQ(client->connection.closed_why.has_value(), !asked);
  if (!asked) EXPECT_EQ(client->connection.closed_why, Errc::not_assigned);
  client->hang_up();
  return asked;
}

TEST(Fence, WithoutACoreToBeHeardOfEveryEpochIsGood) {
  Hall hall;
  EXPECT_TRUE(lets_in(hall, 0));
  EXPECT_TRUE(lets_in(hall, kNew));
  EXPECT_EQ(hall.fence->newest(), 0U);
}

TEST(Fence, TokensOfTheCoreBeforeAreGoodForThirtySecondsMore) {
  Hall hall;
  hall.core_leads(kOld);
  hall.advance(Millis{60'000});
  hall.core_leads(kNew);
  EXPECT_EQ(hall.fence->newest(), kNew);
  hall.advance(Fence::kGrace - Millis{1});
  EXPECT_TRUE(lets_in(hall, kOld));
  hall.advance(Millis{1});
  EXPECT_FALSE(lets_in(hall, kOld));
  EXPECT_FALSE(lets_in(hall, 0));
  EXPECT_EQ(hall.metrics.value(Metric::cluster_fenced), 2);
  EXPECT_TRUE(lets_in(hall, kNew));
  EXPECT_TRUE(lets_in(hall, kNew + 1)) << "a core that was not heard of yet";
}

TEST(Fence, OfSeveralCoresInAShortTimeEachCountsFromWhenItWasFirstHeard) {
  Hall hall;
  hall.core_leads(kOld);
  hall.advance(Millis{10'000});
  hall.core_leads(kNew);
  hall.advance(Millis{20'000});
  EXPECT_FALSE(lets_in(hall, kOld - 1));
  EXPECT_TRUE(lets_in(hall, kOld));
  hall.core_leads(kNew);  // again, as four times a second
  hall.advance(Millis{10'000});
  EXPECT_FALSE(lets_in(hall, kOld));
}

TEST(Fence, ACoreThatLedBeforeDoesNotLowerIt) {
  Hall hall;
  hall.core_leads(kNew);
  hall.core_leads(kOld);
  EXPECT_EQ(hall.fence->newest(), kNew);
}

TEST(Fence, NonsenseShutsNobodyOut) {
  Hall hall;
  hall.core_leads(std::numeric_limits<std::uint64_t>::max());
  hall.core_leads(kOld + 2 * static_cast<std::uint64_t>(Fence::kMostAhead.count()));
  hall.bus.publish(bus::subjects::kClusterCore, "\xff\xff\xff");
  hall.bus.publish(bus::subjects::kClusterCore, std::string(100'000, '\x08'));
  hall.advance(Millis{60'000});
  EXPECT_TRUE(lets_in(hall, 0));
  EXPECT_EQ(hall.metrics.rejected(Errc::bad_request), 2);
}

TEST(Fence, ManyEpochsInAShortTimeAreHeardOfAgain) {
  Hall hall;
  for (std::uint64_t i = 0; i < 1'000; ++i) hall.core_leads(kOld + i);
  EXPECT_LT(hall.fence->newest(), kOld + 100);
  hall.advance(Fence::kGrace);
  hall.core_leads(kOld + 1'000);
  hall.advance(Fence::kGrace);
  EXPECT_FALSE(lets_in(hall, kOld + 999));
}

TEST(Fence, OpenRoomsAskForNoEpoch) {
  Options options;
  options.open_rooms = {"lobby"};
  Hall hall(options);
  hall.core_leads(kNew);
  hall.advance(Fence::kGrace);
  auto const client = hall.join("lobby", player(1));
  EXPECT_THAT(client->heard(), ElementsAre("challenge dcl-", "welcome 1 {}"));
}

}  // namespace
}  // namespace archipelago::rooms
