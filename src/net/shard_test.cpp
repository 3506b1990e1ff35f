// Shards: order, threads, timers and the end.
#include "net/shard.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "net/test_server.hpp"

namespace archipelago::net::testing {
namespace {

TEST(Shard, TasksRunInOrderOnItsOwnThread) {
  Shard shard;
  Watched<std::vector<int>> seen;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 100; ++i) {
    shard.post([&, i] {
      threads.insert(std::this_thread::get_id());
      seen.update([i](auto& v) { v.push_back(i); });
    });
  }
  shard.start();
  ASSERT_TRUE(seen.wait([](auto const& v) { return v.size() == 100; }));
  auto const order = seen.get();
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  shard.stop();
  shard.join();
  EXPECT_EQ(threads.size(), 1U);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST(Shard, TimersFireInTheirOrderAndNeverEarly) {
  Shard shard;
  Watched<std::vector<int>> seen;
  std::atomic<bool> early{false};
  shard.post([&] {
    for (int ms : {30, 10, 20, 0}) {
      auto const due = shard.now() + Millis{ms};
      shard.start_timer(Millis{ms}, [&, ms, due] {
        early = early || shard.now() < due;
        seen.update([ms](auto& v) { v.push_back(ms); });
      });
    }
  });
  shard.start();
  ASSERT_TRUE(seen.wait([](auto const& v) { return v.size() == 4; }));
  EXPECT_EQ(seen.get(), (std::vector<int>{0, 10, 20, 30}));
  EXPECT_FALSE(early);
}

TEST(Shard, ACancelledTimerDoesNotFireAndATimerMayCancelAnother) {
  Shard shard;
  Watched<std::vector<int>> seen;
  shard.post([&] {
    auto const never =
        shard.start_timer(Millis{1}, [&] { seen.update([](auto& v) { v.push_back(-1); }); });
    shard.cancel_timer(never);
    shard.cancel_timer(never);
    auto const later =
        shard.start_timer(Millis{5}, [&] { seen.update([](auto& v) { v.push_back(-2); }); });
    shard.start_timer(Millis{1}, [&, later] { shard.cancel_timer(later); });
    shard.start_timer(Millis{20}, [&] { seen.update([](auto& v) { v.push_back(1); }); });
  });
  shard.start();
  ASSERT_TRUE(seen.wait([](auto const& v) { return !v.empty(); }));
  EXPECT_EQ(seen.get(), std::vector<int>{1});
}

TEST(Shard, ATimerThatRestartsItselfLetsOthersRun) {
  Shard shard;
  Watched<int> posted;
  std::function<void()> again;
  again = [&] { shard.start_timer(Millis{0}, [&] { again(); }); };
  shard.post(again);
  shard.start();
  shard.post([&] { shard.post([&] { posted.update([](int& n) { ++n; }); }); });
  EXPECT_TRUE(posted.wait([](int n) { return n == 1; }));
  shard.stop();
  shard.join();  // before what its tasks use goes
}

TEST(Shard, JoiningForgetsWhatWaits) {
  auto const owned = std::make_shared<int>(1);
  Shard shard;
  shard.start();
  Watched<bool> armed;
  shard.post([&] {
    shard.start_timer(Millis{100'000}, [owned] {});
    armed.update([](bool& b) { b = true; });
  });
  ASSERT_TRUE(armed.wait([](bool b) { return b; }));
  shard.stop();
  shard.join();
  EXPECT_EQ(owned.use_count(), 1);
  shard.post([owned] {});
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(ShardPool, ShardsTalkAndEndTogether) {
  ShardPool pool(3);
  pool.start();
  Watched<int> hops;
  std::function<void(std::size_t)> hop = [&](std::size_t at) {
    hops.update([](int& n) { ++n; });
    if (at + 1 < pool.size()) pool[at + 1].post([&, at] { hop(at + 1); });
  };
  pool[0].post([&] { hop(0); });
  EXPECT_TRUE(hops.wait([](int n) { return n == 3; }));
  pool.stop();
  pool.stop();
}

}  // namespace
}  // namespace archipelago::net::testing
