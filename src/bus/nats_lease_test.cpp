#include "bus/nats_lease.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"
#include "bus/eventually.hpp"
#include "bus/nats_server.hpp"
#include "bus/sole_lease.hpp"

namespace archipelago::bus {
namespace {

using testing::eventually;
using testing::NatsServer;

constexpr Millis kLease{400};
/// What a busy machine may add to anything.
constexpr Millis kSlack{600};

using Clock = std::chrono::steady_clock;

/// A core that wants to lead. Only its lease is in danger; its loop is that of the test.
struct Core {
  Core(NatsServer const& server, VirtualLoop& loop, std::string id, LeaseOptions options = {}) {
    options.core = std::move(id);
    if (options.lease == LeaseOptions{}.lease) options.lease = kLease;
    if (options.listen_first == LeaseOptions{}.listen_first) options.listen_first = Millis{0};
    lease = *NatsLease::open({.servers = {server.url()}}, options);
    lease->campaign(
        loop, [this](std::uint64_t epoch) { turns.push_back(epoch); },
        [this] { turns.push_back(0); });
  }
  [[nodiscard]] bool leads() const { return lease && lease->epoch() != 0; }

  std::unique_ptr<NatsLease> lease;
  std::vector<std::uint64_t> turns;  // epochs that were won; 0: lost
};

struct NatsLeaseTest : ::testing::Test {
  NatsServer server{{.jetstream = true}};
  VirtualLoop loop;

  /// Looks all the time at who leads.
  bool never_two_until(std::vector<Core*> const& cores, std::function<bool()> const& condition) {
    return eventually(loop, [&] {
      auto const leaders =
          std::count_if(cores.begin(), cores.end(), [](Core* core) { return core->leads(); });
      EXPECT_LE(leaders, 1);
      return condition();
    });
  }
};

TEST_F(NatsLeaseTest, AnEmptyBucketIsTakenAtOnceByOneOfTwo) {
  Core a(server, loop, "a", {.listen_first = Millis{60'000}});
  Core b(server, loop, "b", {.listen_first = Millis{60'000}});
  auto const start = Clock::now();
  ASSERT_TRUE(never_two_until({&a, &b}, [&] { return a.leads() || b.leads(); }));
  auto& leader = a.leads() ? a : b;
  EXPECT_LT(Clock::now() - start, kSlack);
  ASSERT_TRUE(eventually(loop, [&] { return !leader.turns.empty(); }));
  EXPECT_EQ(leader.turns, std::vector{leader.lease->epoch()});
}

TEST_F(NatsLeaseTest, ALeaderThatLivesKeepsItsLeaseAndItsEpoch) {
  Core a(server, loop, "a");
  ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
  auto const epoch = a.lease->epoch();
  Core b(server, loop, "b");
  auto const end = Clock::now() + 4 * kLease;
  ASSERT_TRUE(never_two_until({&a, &b}, [&] { return Clock::now() > end; }));
  EXPECT_EQ(a.lease->epoch(), epoch);
  EXPECT_TRUE(b.turns.empty());
}

TEST_F(NatsLeaseTest, WhenALeaderDiesAnotherLeadsSoonWithAGreaterEpoch) {
  Core a(server, loop, "a");
  ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
  auto const epoch = a.lease->epoch();
  Core b(server, loop, "b");
  auto const listened = Clock::now() + kLease;
  ASSERT_TRUE(never_two_until({&a, &b}, [&] { return Clock::now() > listened; }));
  auto const died = Clock::now();
  a.lease.reset();
  ASSERT_TRUE(eventually(loop, [&] { return b.leads(); }));
  EXPECT_LT(Clock::now() - died, kLease + kSlack);
  EXPECT_GE(Clock::now() - died, kLease / 2);  // it could not know that the first was dead
  EXPECT_GT(b.lease->epoch(), epoch);
}

TEST_F(NatsLeaseTest, WhenALeaderResignsAnotherLeadsAtOnce) {
  LeaseOptions const slow{.lease = Millis{4'000}};
  Core a(server, loop, "a", slow);
  ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
  auto const epoch = a.lease->epoch();
  Core b(server, loop, "b", slow);
  auto const resigned = Clock::now();
  a.lease->resign();
  EXPECT_EQ(a.lease->epoch(), 0U);
  ASSERT_TRUE(eventually(loop, [&] { return b.leads() && a.turns.size() == 2; }));
  EXPECT_LT(Clock::now() - resigned, Millis{2'000});
  EXPECT_GT(b.lease->epoch(), epoch);
  EXPECT_EQ(a.turns, (std::vector<std::uint64_t>{epoch, 0}));
}

TEST_F(NatsLeaseTest, WhoResignsAndEndsLeavesTheLeaseToOthersAtOnce) {
  LeaseOptions const slow{.lease = Millis{4'000}};
  Core a(server, loop, "a", slow);
  ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
  a.lease->resign();
  a.lease.reset();
  auto const ended = Clock::now();
  Core b(server, loop, "b", slow);
  ASSERT_TRUE(eventually(loop, [&] { return b.leads(); }));
  EXPECT_LT(Clock::now() - ended, Millis{2'000});
}

TEST_F(NatsLeaseTest, WhoComesLaterListensBeforeItTakesWhatSomebodyHad) {
  {
    Core a(server, loop, "a");
    ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
    a.lease->resign();
  }
  auto const start = Clock::now();
  Core b(server, loop, "b", {.listen_first = Millis{1'500}});
  ASSERT_TRUE(eventually(loop, [&] { return b.leads(); }));
  EXPECT_GE(Clock::now() - start, Millis{1'500});
}

TEST_F(NatsLeaseTest, AnEpochNeverGoesBackWhateverTheWallClockSays) {
  std::uint64_t first = 0;
  {
    Core a(server, loop, "a", {.wall = [] { return WallTime{4'000'000'000'000}; }});
    ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
    first = a.lease->epoch();
    a.lease->resign();
  }
  EXPECT_EQ(first, 4'000'000'000'000U);
  Core b(server, loop, "b", {.wall = [] { return WallTime{-5}; }});
  ASSERT_TRUE(eventually(loop, [&] { return b.leads(); }));
  EXPECT_EQ(b.lease->epoch(), first + 1);
}

TEST_F(NatsLeaseTest, AHolderThatCannotRenewLosesItsEpochByItself) {
  Core a(server, loop, "a");
  ASSERT_TRUE(eventually(loop, [&] { return a.leads() && a.turns.size() == 1; }));
  auto const epoch = a.lease->epoch();
  server.pause();
  auto const paused = Clock::now();
  ASSERT_TRUE(eventually(loop, [&] { return !a.leads(); }));
  EXPECT_LE(Clock::now() - paused, kLease);
  ASSERT_TRUE(eventually(loop, [&] { return a.turns.size() == 2; }));
  EXPECT_EQ(a.turns.back(), 0U);
  server.resume();
  ASSERT_TRUE(eventually(loop, [&] { return a.turns.size() == 3; }));
  EXPECT_GT(a.turns.back(), epoch);
}

TEST_F(NatsLeaseTest, NeverDoTwoLeadThroughPausesOfTheServer) {
  Core a(server, loop, "a");
  Core b(server, loop, "b");
  Core c(server, loop, "c");
  std::vector<Core*> const all{&a, &b, &c};
  auto const anybody = [&] { return a.leads() || b.leads() || c.leads(); };
  for (auto const pause : {kLease / 4, kLease, 3 * kLease}) {
    ASSERT_TRUE(never_two_until(all, anybody));
    server.pause();
    auto const until = Clock::now() + pause;
    ASSERT_TRUE(never_two_until(all, [&] { return Clock::now() > until; }));
    server.resume();
    ASSERT_TRUE(never_two_until(all, anybody));
  }
  auto const end = Clock::now() + 2 * kLease;
  EXPECT_TRUE(never_two_until(all, [&] { return Clock::now() > end; }));
}

TEST_F(NatsLeaseTest, NeverDoTwoLeadWhenTheServerIsRestarted) {
  Core a(server, loop, "a");
  Core b(server, loop, "b");
  std::vector<Core*> const both{&a, &b};
  auto const anybody = [&] { return a.leads() || b.leads(); };
  std::uint64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(never_two_until(both, anybody));
    server.restart();
    auto const until = Clock::now() + 2 * kLease;
    ASSERT_TRUE(never_two_until(both, [&] { return Clock::now() > until; }));
    ASSERT_TRUE(never_two_until(both, anybody));
    auto const epoch = std::max(a.lease->epoch(), b.lease->epoch());
    EXPECT_GE(epoch, last);
    last = epoch;
  }
}

TEST_F(NatsLeaseTest, NeverDoTwoLeadWhenTheBucketIsLostAndTheEpochGrowsOn) {
  auto const future = [] { return WallTime{4'000'000'000'000}; };
  Core a(server, loop, "a", {.wall = future});
  ASSERT_TRUE(eventually(loop, [&] { return a.leads(); }));
  auto const first = a.lease->epoch();
  Core b(server, loop, "b");  // its wall clock is behind
  auto const seen = Clock::now() + kLease;
  ASSERT_TRUE(never_two_until({&a, &b}, [&] { return Clock::now() > seen; }));
  server.kill();
  server.lose_store();
  server.start();
  ASSERT_TRUE(never_two_until({&a, &b}, [&] { return a.leads() || b.leads(); }));
  auto const until = Clock::now() + 2 * kLease;
  ASSERT_TRUE(never_two_until({&a, &b}, [&] { return Clock::now() > until; }));
  a.lease.reset();
  ASSERT_TRUE(eventually(loop, [&] { return b.leads(); }));
  EXPECT_GT(b.lease->epoch(), first);
}

TEST_F(NatsLeaseTest, NothingIsToldToWhoHasGone) {
  auto a = std::make_unique<Core>(server, loop, "a");
  for (auto const end = Clock::now() + Millis{5'000}; !a->leads() && Clock::now() < end;) {
  }
  a.reset();  // what was posted refers to it
  loop.run_posted();
}

TEST(NatsLeaseWithoutJetStream, IsRefusedWithWhatToDo) {
  NatsServer server;
  auto const lease = NatsLease::open({.servers = {server.url()}}, {.core = "a"});
  ASSERT_FALSE(lease);
  EXPECT_NE(lease.error().detail.find("-js"), std::string::npos);
  EXPECT_NE(lease.error().detail.find("nats.standby=false"), std::string::npos);
  EXPECT_EQ(lease.error().detail.find('\n'), std::string::npos);
}

TEST(SoleLease, LeadsUntilItResigns) {
  VirtualLoop loop;
  std::vector<std::uint64_t> turns;
  SoleLease lease(17);
  EXPECT_EQ(lease.epoch(), 0U);
  lease.campaign(
      loop, [&](std::uint64_t epoch) { turns.push_back(epoch); }, [&] { turns.push_back(0); });
  EXPECT_EQ(lease.epoch(), 17U);
  lease.resign();
  lease.resign();
  EXPECT_EQ(lease.epoch(), 0U);
  loop.run_posted();
  EXPECT_EQ(turns, (std::vector<std::uint64_t>{17, 0}));
}

}  // namespace
}  // namespace archipelago::bus
