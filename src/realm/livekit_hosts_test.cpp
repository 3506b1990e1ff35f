// The watch over LiveKit hosts.
#include "realm/livekit_hosts.hpp"

#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"

namespace archipelago::realm {
namespace {

TEST(LiveKitHost, IsAUrlAndPerhapsANumberOfPlayers) {
  EXPECT_EQ(*parse_livekit_host("wss://a:7880/x"), (LiveKitHost{"wss://a:7880/x", 0}));
  EXPECT_EQ(*parse_livekit_host("ws://[::1]:7880 300"), (LiveKitHost{"ws://[::1]:7880", 300}));
  for (auto const* const text : {"", "a", "wss://a ", "wss://a 1 2", "wss://a -1", "wss://a 1x"})
    EXPECT_FALSE(parse_livekit_host(text)) << text;
}

/// A watch whose hosts answer as the test says.
struct World {
  explicit World(std::vector<std::string> const& urls) {
    for (auto const& url : urls) well[url] = true;
    HostWatch::Parts parts{
        .loop = loop,
        .metrics = metrics,
        .submit =
            [this](Task task) {
              if (busy) return false;
              if (hangs)
                hanging.push_back(std::move(task));
              else
                task();
              return true;
            },
        .ask = [this](std::string const& url) -> Result<> {
          if (!well[url]) return fail(Errc::upstream_failed, "HTTP 500");
          return {};
        },
        .changed = [this](auto const& url, bool healthy) { news.emplace_back(url, healthy); }};
    watch.emplace(std::move(parts), urls, Millis{1'000});
    loop.run_posted();
  }
  void set(std::string const& url, bool good) { well[url] = good; }
  void round() { loop.advance(Millis{1'000}); }

  VirtualLoop loop;
  Metrics metrics;
  std::map<std::string, bool> well;
  bool busy = false;   ///< no thread takes a task
  bool hangs = false;  ///< no host answers
  std::vector<Task> hanging;
  std::vector<std::pair<std::string, bool>> news;
  std::optional<HostWatch> watch;
};

using News = std::vector<std::pair<std::string, bool>>;

TEST(HostWatch, AHostFailsAfterThreeBadAnswersInARow) {
  World world({"a", "b"});
  world.set("a", false);
  world.round();
  world.round();
  world.set("a", true);
  world.round();
  world.set("a", false);
  world.round();
  world.round();
  EXPECT_TRUE(world.news.empty());
  world.round();
  EXPECT_EQ(world.news, (News{{"a", false}}));
  EXPECT_EQ(world.metrics.value(Metric::hosts_failed), 1);
  EXPECT_EQ(world.metrics.value(Metric::host_check_failures), 5);
}

TEST(HostWatch, AHostIsBackAfterTwoGoodAnswersInARow) {
  World world({"a"});
  world.set("a", false);
  for (int i = 0; i < 4; ++i) world.round();
  world.set("a", true);
  world.round();
  EXPECT_EQ(world.news, (News{{"a", false}}));
  world.round();
  EXPECT_EQ(world.news, (News{{"a", false}, {"a", true}}));
  EXPECT_EQ(world.metrics.value(Metric::hosts_failed), 0);
}

TEST(HostWatch, AHostIsAskedOneQuestionAtATime) {
  World world({"a"});
  world.hangs = true;
  world.round();
  world.round();
  EXPECT_EQ(world.hanging.size(), 1U);
  world.hangs = false;
  world.hanging[0]();
  world.round();
  world.round();
  EXPECT_EQ(world.hanging.size(), 1U);
  EXPECT_TRUE(world.news.empty());
}

TEST(HostWatch, WithoutAThreadNothingIsHeldAgainstAHost) {
  World world({"a"});
  world.busy = true;
  for (int i = 0; i < 5; ++i) world.round();
  EXPECT_TRUE(world.news.empty());
  world.busy = false;
  world.set("a", false);
  for (int i = 0; i < 3; ++i) world.round();
  EXPECT_EQ(world.news, (News{{"a", false}}));
}

TEST(HostWatch, AnAnswerAfterItsEndIsDropped) {
  World world({"a"});
  world.hangs = true;
  world.round();
  world.hanging[0]();
  world.watch.reset();
  world.loop.run_posted();
  EXPECT_TRUE(world.news.empty());
}

}  // namespace
}  // namespace archipelago::realm
