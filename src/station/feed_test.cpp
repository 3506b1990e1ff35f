// The feed on a virtual loop: who gets what, and when.
#include "station/feed.hpp"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"
#include "net/fake_connection.hpp"
#include "station/testing.hpp"

namespace archipelago::station {
namespace {

using testing::Places;
using testing::Watcher;

/// One viewer: its connection, and what it has learnt.
struct Guest {
  Guest(net::WebsocketEndpoint const& endpoint, Loop& loop, std::string remote)
      : connection(loop, std::move(remote)), protocol(endpoint.open({}, connection, 0)) {
    protocol->on_open();
  }
  /// Reads all that has come.
  Watcher const& read() {
    for (auto const& message : connection.take()) watcher.take(message);
    return watcher;
  }
  void leave() { protocol->on_closed(Errc::peer_gone); }

  net::FakeConnection connection;
  std::shared_ptr<net::Protocol> protocol;
  Watcher watcher;
};

struct LiveFeed : ::testing::Test {
  LiveFeed() { feed.register_endpoint(router); }

  FeedOptions options() {
    FeedOptions options;
    options.viewers = {.total = 4, .per_address = 2};
    options.unlimited = net::AddressBlocks::parse("10.0.0.0/8").value();
    return options;
  }
  FeedParts parts() {
    Realm realm;
    realm.set_name("here");
    return {.loop = loop,
            .shards = shards,
            .snapshots =
                [this] {
                  ++looks;
                  return newest;
                },
            .quality = [this] { return quality; },
            .lag = [] { return Millis{0}; },
            .realm = realm,
            .metrics = metrics};
  }
  void turn(Places const& places) {
    newest = std::make_shared<islands::Snapshot const>(testing::snapshot(places));
    loop.advance(Millis{100});
  }
  std::unique_ptr<Guest> guest(std::string remote = "192.0.2.1") {
    auto made =
        std::make_unique<Guest>(*router.find_websocket("/station/feed"), loop, std::move(remote));
    loop.run_posted();
    return made;
  }

  VirtualLoop loop;
  std::vector<Loop*> shards{&loop};
  Metrics metrics;
  int looks = 0;
  std::shared_ptr<islands::Snapshot const> newest =
      std::make_shared<islands::Snapshot const>(testing::snapshot({{"I1", {{1, {}}}}}));
  islands::QualityPointer quality = std::make_shared<islands::Quality const>();
  Feed feed{parts(), options()};
  net::Router router;
};

TEST_F(LiveFeed, AViewerIsToldEverythingAtOnceWithoutALogin) {
  auto const viewer = guest();
  EXPECT_TRUE(viewer->connection.is_logged_in) << "holds no place of those who have to log in";
  EXPECT_EQ(viewer->read().players.size(), 1U);
  EXPECT_TRUE(viewer->watcher.last.whole());
  EXPECT_EQ(viewer->watcher.last.realm().name(), "here");
  EXPECT_EQ(viewer->watcher.last.time_ms(), 1'000U);
  EXPECT_EQ(viewer->watcher.last.pulse().players(), 1U);
  EXPECT_EQ(viewer->watcher.last.pulse().islands(), 1U);
  EXPECT_EQ(viewer->watcher.last.pulse().viewers(), 1U);
}

TEST_F(LiveFeed, EachSnapshotIsOneDelta) {
  auto const viewer = guest();
  viewer->read();
  turn({{"I1", {{1, {}}}}, {"I2", {{2, {9, 0, 9}}}}});
  ASSERT_EQ(viewer->connection.sent.size(), 1U);
  viewer->read();
  EXPECT_FALSE(viewer->watcher.last.whole());
  EXPECT_FALSE(viewer->watcher.last.has_realm());
  EXPECT_EQ(viewer->watcher.players.size(), 2U);
  EXPECT_EQ(viewer->watcher.last.players().number_size(), 1);
  loop.advance(Millis{1'000});
  EXPECT_TRUE(viewer->connection.sent.empty()) << "no snapshot, no update";
}

TEST_F(LiveFeed, WhatIsNotMeasuredIsUnknownAndToldOnceItIs) {
  auto const viewer = guest();
  EXPECT_EQ(viewer->read().last.pulse().recall(), -1);
  EXPECT_EQ(viewer->watcher.last.islands(0).recall(), -1);
  islands::Quality measured{.recall_mean = 0.75, .churn = 0.5};
  measured.islands["I1"] = 0.752;
  quality = std::make_shared<islands::Quality const>(measured);
  turn({{"I1", {{1, {}}}}});
  EXPECT_EQ(viewer->read().last.pulse().recall(), 0.75F);
  EXPECT_EQ(viewer->watcher.last.pulse().churn_min(), 0.5F);
  ASSERT_EQ(viewer->watcher.last.islands_size(), 1);
  EXPECT_EQ(viewer->watcher.last.islands(0).recall(), 0.75F);
}

TEST_F(LiveFeed, AllViewersShareTheSameBytesAndKnowTheSame) {
  auto const early = guest();
  turn({{"I1", {{1, {}}, {2, {3, 0, 3}}}}});
  auto const late = guest();
  turn({{"I1", {{2, {4, 0, 3}}}}});
  EXPECT_EQ(early->connection.sent.back(), late->connection.sent.back());
  EXPECT_EQ(early->read(), late->read());
  EXPECT_EQ(late->watcher.players.size(), 1U);
}

TEST_F(LiveFeed, ASlowViewerMissesUpdatesAndThenGetsAWholeOne) {
  auto const slow = guest();
  auto const quick = guest();
  slow->read();
  slow->connection.slow = true;
  turn({{"I1", {{1, {}}, {2, {}}}}});
  turn({{"I2", {{2, {}}}}});
  EXPECT_TRUE(slow->connection.sent.empty());
  EXPECT_EQ(metrics.value(Metric::station_updates_missed), 2);
  slow->connection.slow = false;
  turn({{"I2", {{2, {5, 0, 5}}, {3, {}}}}});
  ASSERT_EQ(slow->connection.sent.size(), 1U);
  EXPECT_EQ(slow->read(), quick->read());
  EXPECT_TRUE(slow->watcher.last.whole());
  EXPECT_FALSE(quick->watcher.last.whole());
  turn({{"I2", {{3, {}}}}});
  EXPECT_EQ(slow->read(), quick->read());
  EXPECT_FALSE(slow->watcher.last.whole()) << "deltas again";
  EXPECT_FALSE(slow->connection.closed_why);
}

TEST_F(LiveFeed, NobodyWatchesNothingIsMade) {
  loop.advance(Millis{1'000});
  EXPECT_EQ(looks, 0);
  auto const viewer = guest();
  viewer->leave();
  loop.advance(Millis{200});
  auto const before = looks;
  loop.advance(Millis{5'000});
  EXPECT_EQ(looks, before);
  EXPECT_EQ(metrics.value(Metric::station_viewers), 0);
}

TEST_F(LiveFeed, WhoComesWhenAnotherHasJustGoneIsServed) {
  auto const& endpoint = *router.find_websocket("/station/feed");
  Guest hasty(endpoint, loop, "192.0.2.1");
  hasty.leave();  // before its whole update was made
  loop.run_posted();
  auto const next = guest();
  EXPECT_EQ(next->read().players.size(), 1U);
}

TEST_F(LiveFeed, TooManyViewersAreTurnedAway) {
  auto const first = guest();
  auto const second = guest();
  auto const third = guest();
  EXPECT_EQ(third->connection.closed_why, Errc::too_many_viewers) << "from one address";
  EXPECT_FALSE(third->connection.is_logged_in);
  third->leave();
  auto const exempt = guest("10.0.0.1");
  auto const also_exempt = guest("10.0.0.1");
  auto const too_late = guest("10.0.0.1");
  EXPECT_FALSE(also_exempt->connection.closed_why);
  EXPECT_EQ(too_late->connection.closed_why, Errc::too_many_viewers) << "in total";
  EXPECT_EQ(metrics.value(Metric::station_viewers), 4);
  first->leave();
  EXPECT_FALSE(guest()->connection.closed_why);
}

TEST_F(LiveFeed, AViewerThatSpeaksIsClosed) {
  auto const viewer = guest();
  viewer->protocol->on_message("hello");
  EXPECT_EQ(viewer->connection.closed_why, Errc::unexpected_message);
}

}  // namespace
}  // namespace archipelago::station
