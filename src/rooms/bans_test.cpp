// Banned players and rooms: no challenge, no seat, and no place for who is banned later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using ::testing::ElementsAre;
using testing::Hall;
using ::testing::IsEmpty;
using testing::player;

auto is(Address const& one) {
  return [one](Address const& who) { return who == one; };
}

TEST(BannedMember, GetsNoChallengeEvenInAnOpenRoom) {
  Options options;
  options.open_rooms = {"a"};
  Hall hall(options);
  hall.verifier.barred = {player(1)};
  auto const client = hall.connect("a", player(1), "");
  client->identify(player(1));
  EXPECT_THAT(client->heard(), IsEmpty());
  EXPECT_EQ(client->connection.closed_why, Errc::banned);
}

TEST(BannedMember, DoesNotStayWhenBannedWhileTheProofIsChecked) {
  Hall hall;
  hall.verifier.holding = true;
  auto const client = hall.connect("a", player(1));
  client->identify(player(1));
  client->sign();
  hall.verifier.barred = {player(1)};
  hall.verifier.release();
  hall.run();
  EXPECT_EQ(client->connection.closed_why, Errc::banned);
  EXPECT_FALSE(client->connection.is_logged_in);
  EXPECT_FALSE(hall.rooms->contains(player(1)));
}

TEST(BannedMember, LosesEverySeatAndTheOthersHearThatItLeft) {
  Hall hall;
  auto const [here, there] = hall.rooms_on_two_shards();
  auto const witness = hall.join(here, player(2));
  auto const one = hall.join(here, player(1));
  auto const moving = hall.join(there, player(1));
  for (auto const* client : {&witness, &one, &moving}) (*client)->heard();
  EXPECT_EQ(hall.rooms->evict(is(player(1))), 2U);
  hall.run();
  EXPECT_THAT(one->heard(), ElementsAre("kicked Banned"));
  EXPECT_EQ(one->connection.closed_why, Errc::banned);
  EXPECT_EQ(moving->connection.closed_why, Errc::banned);
  EXPECT_THAT(witness->heard(), ElementsAre("leave 2"));
  EXPECT_THAT(hall.rooms->players(), ElementsAre(player(2)));
  EXPECT_EQ(hall.metrics.value(Metric::ban_evictions), 2);
}

TEST(BannedMember, WhoLeftBeforeTheKickIsLeftInPeace) {
  Hall hall;
  auto const one = hall.join("a", player(1));
  EXPECT_EQ(hall.rooms->evict(is(player(1))), 1U);
  one->hang_up();
  hall.run();
  EXPECT_EQ(one->connection.closed_why, std::nullopt);
  EXPECT_EQ(hall.rooms->status().users, 0U);
}

}  // namespace
}  // namespace archipelago::rooms
