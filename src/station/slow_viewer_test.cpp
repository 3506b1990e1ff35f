// A viewer behind a real socket that stops reading for a while.
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "net/test_server.hpp"
#include "station/feed.hpp"
#include "station/testing.hpp"

namespace archipelago::station {
namespace {

using net::testing::kPatience;
using testing::Places;
using testing::Watcher;

constexpr int kMostTurns = 400;  // 40 MB of updates: more than any system keeps for a socket

/// A large world in which everybody moves at each turn.
islands::Snapshot crowd(int turn) {
  constexpr unsigned kPeople = 10'000;
  Places places;
  for (unsigned i = 0; i < kPeople; ++i)
    places["I" + std::to_string(i / 100)][i] = {static_cast<float>(i), 0, static_cast<float>(turn)};
  return testing::snapshot(places, turn);
}

struct Live {
  Live() {
    feed.register_endpoint(router);
    pool.start();
    loop.start();
    net::ServerOptions options;
    options.port = 0;
    options.websocket.ping_after = options.websocket.cut_after = Millis{0};
    options.outbox.soft_patience = Millis{600'000};
    server = std::move(net::Server::start(pool, router, options, metrics).value());
  }
  Live(Live const&) = delete;
  Live& operator=(Live const&) = delete;
  ~Live() {
    server->stop();
    loop.stop();
    loop.join();
    pool.stop();
  }

  /// A new snapshot, which the feed has met on return.
  void turn() {
    world.update([&](World& w) {
      w.newest = std::make_shared<islands::Snapshot const>(crowd(++turns));
      w.met = false;
    });
    ASSERT_TRUE(world.wait([](World const& w) { return w.met; }));
  }
  FeedParts parts() {
    return {.loop = loop,
            .shards = {&pool[0]},
            .snapshots =
                [this] {
                  world.update([](World& w) { w.met = true; });
                  return world.get().newest;
                },
            .quality = [] { return std::make_shared<islands::Quality const>(); },
            .lag = [] { return Millis{0}; },
            .realm = {},
            .metrics = metrics};
  }

  Metrics metrics;
  struct World {
    std::shared_ptr<islands::Snapshot const> newest =
        std::make_shared<islands::Snapshot const>(crowd(0));
    bool met = false;
  };
  net::testing::Watched<World> world;
  int turns = 0;
  net::ShardPool pool{1};
  net::Shard loop{1};
  Feed feed{parts(), {.look = Millis{1}}};
  net::Router router;
  std::unique_ptr<net::Server> server;
};

TEST(SlowViewer, MissesUpdatesAndKnowsEverythingAgainOnceItReads) {
  Live live;
  net::WsOptions small;
  small.receive_buffer = 64 * 1024;
  auto connected = net::WsClient::connect("ws" + live.server->url().substr(4) + "/station/feed",
                                          kPatience, small);
  ASSERT_TRUE(connected);
  auto& client = *connected;
  Watcher watcher;
  watcher.take(client.receive(kPatience).value());
  EXPECT_EQ(watcher.players.size(), 10'000U);

  // It does not read until the system holds no more for it.
  auto const missed_some = [&] { return live.metrics.value(Metric::station_updates_missed) > 2; };
  while (!missed_some() && live.turns < kMostTurns) live.turn();
  ASSERT_TRUE(missed_some());
  auto const missed = static_cast<std::uint64_t>(live.turns);
  bool whole_again = false;
  while (watcher.last.time_ms() < missed || !whole_again) {
    live.turn();
    auto const update = client.receive(kPatience);
    ASSERT_TRUE(update && live.turns < 2 * kMostTurns);
    watcher.take(*update);
    whole_again = whole_again || watcher.last.whole();
  }
  EXPECT_EQ(live.metrics.value(Metric::station_viewers), 1) << "it was not closed";
  auto const z = static_cast<int>(watcher.last.time_ms()) * 10;
  for (auto const& [number, player] : watcher.players) ASSERT_EQ(std::get<2>(player), z);
}

}  // namespace
}  // namespace archipelago::station
