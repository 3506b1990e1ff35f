// Who is logged in, over all shards.
#include "gateway/directory.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"
#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::player;
using testing::TestRealm;

std::string const kA = player('a').str();

TEST(Directory, ALoginIsHeardAndCounted) {
  TestRealm realm;
  auto const stay = realm.directory.enter(player('a'), realm.loop, [] {});
  ASSERT_TRUE(stay);
  EXPECT_TRUE((*stay)->current());
  EXPECT_TRUE(realm.directory.contains(player('a')));
  EXPECT_FALSE(realm.directory.contains(player('b')));
  EXPECT_EQ(realm.metrics.value(Metric::sessions), 1);
  EXPECT_EQ(realm.metrics.value(Metric::logins), 1);
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{"peer." + kA + ".connect"});
}

TEST(Directory, TheEndOfAStayIsHeard) {
  TestRealm realm;
  {
    auto const stay = realm.directory.enter(player('a'), realm.loop, [] {});
  }
  EXPECT_EQ(realm.directory.size(), 0U);
  EXPECT_EQ(realm.metrics.value(Metric::sessions), 0);
  EXPECT_EQ(realm.subjects(),
            (std::vector<std::string>{"peer." + kA + ".connect", "peer." + kA + ".disconnect"}));
}

TEST(Directory, AReplacedStayIsToldOnceOnItsOwnLoop) {
  TestRealm realm;
  VirtualLoop other;
  int told = 0;
  auto const old = realm.directory.enter(player('a'), other, [&told] { ++told; });
  auto const young = realm.directory.enter(player('a'), realm.loop, [] {});
  EXPECT_FALSE((*old)->current());
  EXPECT_TRUE((*young)->current());
  realm.settle();
  EXPECT_EQ(told, 0);
  other.run_posted();
  EXPECT_EQ(told, 1);
}

TEST(Directory, AReplacedStayEndsUnheard) {
  TestRealm realm;
  auto old = realm.directory.enter(player('a'), realm.loop, [] {});
  auto const young = realm.directory.enter(player('a'), realm.loop, [] {});
  old->reset();
  EXPECT_EQ(realm.directory.size(), 1U);
  EXPECT_EQ(realm.subjects(),
            (std::vector<std::string>{"peer." + kA + ".connect", "peer." + kA + ".connect"}));
}

TEST(Directory, AStayThatEndedIsNotToldOfItsReplacement) {
  TestRealm realm;
  int told = 0;
  auto old = realm.directory.enter(player('a'), realm.loop, [&told] { ++told; });
  auto const young = realm.directory.enter(player('a'), realm.loop, [] {});
  old->reset();
  realm.settle();
  EXPECT_EQ(told, 0);
}

TEST(Directory, AFullRealmTakesNobodyNewButEverybodyAgain) {
  TestRealm realm({.max_users = 1});
  auto old = realm.directory.enter(player('a'), realm.loop, [] {});
  EXPECT_FALSE(realm.directory.check(player('b'), realm.loop.now()));
  EXPECT_EQ(realm.directory.enter(player('b'), realm.loop, [] {}).error().code, Errc::realm_full);
  EXPECT_TRUE(realm.directory.check(player('a'), realm.loop.now()));
  auto young = realm.directory.enter(player('a'), realm.loop, [] {});
  EXPECT_TRUE(young);
  old->reset();
  young->reset();
  EXPECT_TRUE(realm.directory.enter(player('b'), realm.loop, [] {}));
}

TEST(Directory, ShardsMayEnterAndLeaveAtOnce) {
  TestRealm realm;
  std::vector<VirtualLoop> loops(4);
  std::vector<std::jthread> shards;
  for (auto& loop : loops)
    shards.emplace_back([&realm, &loop] {
      for (int i = 0; i < 500; ++i) {
        auto const stay = realm.directory.enter(player(i % 2 == 0 ? 'a' : 'b'), loop, [] {});
        loop.run_posted();
      }
    });
  shards.clear();
  EXPECT_EQ(realm.directory.size(), 0U);
  // However they met: the last word on each player is that it has gone.
  auto const heard = realm.subjects();
  for (auto const who : {'a', 'b'}) {
    std::string last;
    for (auto const& subject : heard)
      if (subject.starts_with("peer." + player(who).str())) last = subject;
    EXPECT_EQ(last, "peer." + player(who).str() + ".disconnect");
  }
}

TEST(Directory, WhoIsEvictedIsGoneAtOnceAndToldOnItsOwnLoop) {
  TestRealm realm;
  VirtualLoop other;
  int told = 0;
  auto stay = realm.directory.enter(player('a'), other, [&told] { ++told; });
  auto const stays = realm.directory.enter(player('b'), realm.loop, [&told] { told += 100; });
  EXPECT_EQ(realm.directory.evict([](Address const& who) { return who == player('a'); }), 1U);
  EXPECT_EQ((*stay)->ended(), Errc::banned);
  EXPECT_TRUE((*stays)->current());
  EXPECT_EQ(realm.directory.players(), std::vector{player('b')});
  EXPECT_EQ(realm.metrics.value(Metric::sessions), 1);
  EXPECT_EQ(realm.subjects().back(), "peer." + kA + ".disconnect");
  other.run_posted();
  EXPECT_EQ(told, 1);
  stay->reset();
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{"peer." + kA + ".disconnect"})
      << "once more, after the last heartbeat that may have slipped through";
}

TEST(Directory, AnEvictedStayTakesNothingFromTheNextOne) {
  TestRealm realm;
  auto stay = realm.directory.enter(player('a'), realm.loop, [] {});
  realm.directory.evict([](Address const&) { return true; });
  auto const next = realm.directory.enter(player('a'), realm.loop, [] {});
  realm.subjects();
  stay->reset();
  EXPECT_TRUE(realm.directory.contains(player('a')));
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{});
}

TEST(Directory, WhoIsBarredDoesNotEnterAndNobodyHearsOfIt) {
  TestRealm realm;
  realm.verifier.barred = {player('a')};
  EXPECT_EQ(realm.directory.enter(player('a'), realm.loop, [] {}).error().code, Errc::banned);
  EXPECT_EQ(realm.subjects(), std::vector<std::string>{});
  EXPECT_TRUE(realm.directory.enter(player('b'), realm.loop, [] {}));
}

}  // namespace
}  // namespace archipelago::gateway
