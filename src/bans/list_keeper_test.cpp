// A list that is read again and again, from a source that fails now and then.
#include "bans/list_keeper.hpp"

#include <gtest/gtest.h>

#include "bans/testing.hpp"
#include "base/log.hpp"
#include "base/virtual_loop.hpp"

namespace archipelago::bans {
namespace {

using testing::Hands;
using testing::player;

List list_of(std::initializer_list<unsigned> players) {
  std::vector<AddressSet::Key> keys;
  for (auto const n : players) keys.push_back(AddressSet::pack(player(n)));
  return {AddressSet(std::move(keys)), 0};
}

struct Keeping {
  Keeping() { log::set_level(log::Level::error); }

  /// The reading thread and the loop, until both are idle.
  void settle() {
    while (hands.work() + loop.run_posted() != 0) {
    }
  }
  void advance(Millis by) {
    loop.advance(by);
    settle();
  }

  VirtualLoop loop;
  Hands hands;
  DenyList lists;
  Metrics metrics;
  int readings = 0;
  int changes = 0;
  Result<std::optional<List>> next = std::optional(list_of({1}));
  ListKeeper keeper{{.loop = loop,
                     .submit = [this](Task task) { return hands.take(std::move(task)); },
                     .lists = lists,
                     .metrics = metrics,
                     .changed = [this] { ++changes; }},
                    Source::fetched,
                    [this] {
                      ++readings;
                      return next;
                    },
                    Millis{300'000}};
};

TEST(ListKeeper, ReadsAtOnceAndThenRegularly) {
  Keeping k;
  EXPECT_FALSE(k.lists.loaded(Source::fetched));
  k.keeper.read_now();
  k.settle();
  EXPECT_TRUE(k.lists.contains(player(1)));
  EXPECT_EQ(k.metrics.value(Metric::bans_listed), 1);
  EXPECT_EQ(k.metrics.value(Metric::ban_list_loaded), 1'700'000'000);
  k.next = std::optional(list_of({2, 3}));
  k.advance(Millis{299'999});
  EXPECT_EQ(k.readings, 1);
  k.advance(Millis{1});
  EXPECT_EQ(k.readings, 2);
  EXPECT_FALSE(k.lists.contains(player(1)));
  EXPECT_TRUE(k.lists.contains(player(3)));
  EXPECT_EQ(k.metrics.value(Metric::bans_listed), 2);
  EXPECT_EQ(k.metrics.value(Metric::ban_list_loaded), 1'700'000'300);
  EXPECT_EQ(k.changes, 2);
}

TEST(ListKeeper, AnErrorKeepsTheLastGoodListAndIsTriedAgainSoon) {
  Keeping k;
  k.keeper.read_now();
  k.settle();
  k.next = fail(Errc::upstream_failed, "HTTP 500");
  k.advance(Millis{300'000});
  EXPECT_TRUE(k.lists.contains(player(1)));
  EXPECT_EQ(k.metrics.value(Metric::ban_failures_list), 1);
  EXPECT_EQ(k.metrics.value(Metric::ban_list_loaded), 1'700'000'000) << "its age goes on";
  EXPECT_EQ(k.changes, 1);
  k.next = std::optional(list_of({}));
  k.advance(Millis{15'000});
  EXPECT_FALSE(k.lists.contains(player(1)));
  EXPECT_TRUE(k.lists.loaded(Source::fetched));
}

TEST(ListKeeper, AnUnchangedListChangesNothing) {
  Keeping k;
  k.keeper.read_now();
  k.settle();
  k.next = std::optional<List>();
  k.advance(Millis{300'000});
  EXPECT_EQ(k.readings, 2);
  EXPECT_EQ(k.changes, 1);
  EXPECT_TRUE(k.lists.contains(player(1)));
  EXPECT_EQ(k.metrics.value(Metric::ban_failures_list), 0);
}

TEST(ListKeeper, WhoAsksDuringAReadingGetsOneMoreAfterIt) {
  Keeping k;
  for (int i = 0; i < 5; ++i) k.keeper.read_now();
  k.settle();
  EXPECT_EQ(k.readings, 2);
  EXPECT_EQ(k.loop.timers(), 1U);
}

TEST(ListKeeper, WithoutAThreadItTriesAgain) {
  Keeping k;
  k.hands.full = true;
  k.keeper.read_now();
  k.settle();
  EXPECT_EQ(k.readings, 0);
  EXPECT_EQ(k.metrics.value(Metric::ban_failures_list), 1);
  k.hands.full = false;
  k.advance(Millis{15'000});
  EXPECT_EQ(k.readings, 1);
}

TEST(DenyList, EachSourceReplacesOnlyItsOwn) {
  DenyList lists;
  lists.replace(Source::fetched, list_of({1}).addresses);
  lists.replace(Source::file, list_of({2}).addresses);
  EXPECT_EQ(lists.size(), 2U);
  lists.replace(Source::fetched, AddressSet());
  EXPECT_FALSE(lists.contains(player(1)));
  EXPECT_TRUE(lists.contains(player(2)));
}

}  // namespace
}  // namespace archipelago::bans
