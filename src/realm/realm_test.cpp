// A whole realm on a free port: players log in, meet, talk and part, over real sockets.
#include "realm/realm.hpp"

#include <deque>
#include <filesystem>
#include <fstream>

#include <boost/json/parse.hpp>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archipelago/client/realm.hpp"
#include "client/session.hpp"
#include "client/visit.hpp"
#include "net/http_client.hpp"
#include "net/server.hpp"
#include "sim/trace_player.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;
using client::HandTurned;
using client::Identity;
using client::IslandChange;
using client::RealmClient;
using client::State;
using client::Visit;

constexpr Millis kPatience{20'000};

Config test_config() {
  Config config;
  config.http.port = 0;
  config.http.shards = 2;
  config.islands.flush_seconds = 0.05;
  return config;
}

/// A player whose test waits for it.
struct Guest {
  Guest(HandTurned& on, std::string const& url, client::Entrance entrance)
      : network(on), identity(Identity::guest(on.network().random, on.network().loop.wall_now())) {
    client::RealmOptions options;
    options.realm = url;
    options.entrance = entrance;
    options.heartbeat = Millis(50);
    client::RealmEvents events;
    events.island = [this](IslandChange const& change) { changes.push_back(change); };
    player.emplace(network.network(), identity, options, std::move(events));
    player->start();
    network.until([this] { return player->status().state == State::online || why(); }, kPatience);
  }
  Guest(Guest const&) = delete;
  Guest& operator=(Guest const&) = delete;
  ~Guest() = default;

  [[nodiscard]] bool online() const { return player->status().state == State::online; }
  [[nodiscard]] std::optional<client::Ending> const& why() const { return player->status().why; }

  IslandChange stands_at(float x, float z) {
    player->move_to({x, 0, z});
    network.until([this] { return !changes.empty() || why(); }, kPatience);
    EXPECT_FALSE(changes.empty()) << (why() ? why()->text : "no change");
    if (changes.empty()) return {};
    auto change = std::move(changes.front());
    changes.pop_front();
    return change;
  }

  HandTurned& network;
  Identity identity;
  std::deque<IslandChange> changes;
  std::optional<RealmClient> player;
};

/// Somebody who should not get in.
struct Refused final : client::SessionListener {
  void on_login() override { ADD_FAILURE() << "logged in"; }
  void on_island(IslandChange const&) override {}
  void on_ended(client::Ending const& ending) override { why = ending; }
  std::optional<client::Ending> why;
};

class RealmTest : public testing::Test {
 protected:
  void start(Config const& config) {
    auto started = Realm::start(config);
    ASSERT_TRUE(started) << started.error().detail;
    realm_ = std::move(*started);
  }

  json::value get(std::string const& path, int status = 200) {
    net::HttpFetch ask;
    ask.url = realm_->url() + path;
    auto const answer = net::fetch(ask);
    EXPECT_TRUE(answer) << answer.error().detail;
    if (!answer) return nullptr;
    EXPECT_EQ(answer->status, status) << path;
    return json::parse(answer->body);
  }

  Guest guest(client::Entrance entrance = client::Entrance::direct) {
    return {network_, realm_->url(), entrance};
  }

  std::unique_ptr<Visit> seat(Guest const& of, IslandChange const& island) {
    EXPECT_TRUE(island.connection.starts_with("ws-room:ws://")) << island.connection;
    auto visit = Visit::enter(network_, island.connection, of.identity, kPatience);
    EXPECT_TRUE(visit) << visit.error().detail;
    return std::move(visit.value());
  }

  std::unique_ptr<Realm> realm_;
  HandTurned network_;
};

TEST_F(RealmTest, TwoPlayersMeetOnAnIslandAndTalkInItsRoom) {
  start(test_config());
  auto a = guest();
  auto b = guest();
  ASSERT_TRUE(a.online() && b.online());
  auto const island_a = a.stands_at(0, 0);
  auto seat_a = seat(a, island_a);
  auto const island_b = b.stands_at(10, 0);
  EXPECT_EQ(island_a.island, island_b.island);
  EXPECT_THAT(island_b.peers,
              testing::UnorderedElementsAre(a.identity.address(), b.identity.address()));
  EXPECT_NE(island_a.connection, island_b.connection) << "a connection string is its player's own";

  auto seat_b = seat(b, island_b);
  ASSERT_TRUE(seat_a->wait_for_peer(b.identity.address(), kPatience));
  ASSERT_TRUE(seat_b->send("hello", client::Delivery::reliable));
  auto const heard = seat_a->next_message(kPatience);
  ASSERT_TRUE(heard) << heard.error().detail;
  EXPECT_EQ(heard->body, "hello");

  EXPECT_EQ(get("/about").at_pointer("/comms/usersCount"), 2);
  EXPECT_EQ(get("/rooms/status").at_pointer("/users"), 2);
  EXPECT_EQ(get("/peers").at("peers").as_array().size(), 2U);

  auto const far = b.stands_at(1'000, 0);
  EXPECT_NE(far.island, island_a.island);
}

TEST_F(RealmTest, TheRealmExplainsWhoIsOnAnIslandAndWhy) {
  start(test_config());
  auto a = guest();
  auto b = guest();
  ASSERT_TRUE(a.online() && b.online());
  auto const island = a.stands_at(0, 0).island;
  EXPECT_EQ(b.stands_at(10, 0).island, island);
  auto const members = get("/islands/" + island + "?explain=1");
  EXPECT_EQ(members.at("id").as_string(), island);
  EXPECT_EQ(members.at("explain").as_array().size(), 2U);
  auto const one = get("/comms/islands/" + island + "?explain=" + a.identity.address());
  EXPECT_EQ(one.at_pointer("/explain/0/nearest/0/player").as_string(), b.identity.address());
  EXPECT_EQ(one.at_pointer("/explain/0/nearest/0/apart"), "together");
}

TEST_F(RealmTest, AConnectionStringIsOfNoUseToAnotherPlayer) {
  start(test_config());
  auto a = guest();
  auto b = guest();
  ASSERT_TRUE(a.online() && b.online());
  auto const island = a.stands_at(0, 0);
  auto const thief = Visit::enter(network_, island.connection, b.identity, kPatience);
  EXPECT_FALSE(thief);
}

TEST_F(RealmTest, AboutLeadsToThePublicUrl) {
  auto config = test_config();
  config.http.public_url = "https://realm.example.org/";
  start(config);
  EXPECT_EQ(get("/about").at_pointer("/comms/adapter"),
            "archipelago:archipelago:wss://realm.example.org/archipelago/ws");
  auto a = guest(client::Entrance::bff);  // whose URL is relative
  ASSERT_TRUE(a.online());
  EXPECT_TRUE(a.stands_at(0, 0).connection.starts_with("ws-room:wss://realm.example.org/rooms/I"));
}

TEST_F(RealmTest, AnEndTellsEveryoneAndLeavesNobodyBehind) {
  start(test_config());
  auto a = guest();
  ASSERT_TRUE(a.online());
  auto seat_a = seat(a, a.stands_at(0, 0));
  std::thread end([this] { realm_->stop(); });
  network_.until([&] { return a.why() && seat_a->closed(); }, kPatience);
  end.join();
  ASSERT_TRUE(a.why() && seat_a->closed());
  EXPECT_EQ(a.why()->code, Errc::shutting_down);
  EXPECT_TRUE(a.why()->retryable);
  EXPECT_EQ(seat_a->closed()->code, Errc::shutting_down);
}

TEST_F(RealmTest, MoreThanMaxUsersAreRefusedAndAboutSaysSo) {
  auto config = test_config();
  config.realm.max_users = 1;
  start(config);
  EXPECT_EQ(get("/about").at("acceptingUsers"), true);
  auto a = guest();
  EXPECT_EQ(get("/about").at("acceptingUsers"), false);
  auto const network = network_.network();
  Refused refused;
  auto const session = client::open_direct_session(
      network, "ws" + realm_->url().substr(4) + "/ws",
      Identity::guest(network.random, network.loop.wall_now()), kPatience, refused);
  network_.until([&] { return refused.why.has_value(); }, kPatience);
  ASSERT_TRUE(refused.why);
  EXPECT_EQ(refused.why->code, Errc::realm_full);
}

TEST_F(RealmTest, HotScenesComeFromTheContentServer) {
  net::ShardPool shards(1);
  net::Router router;
  Metrics metrics;
  router.http(
      "POST", "/content/entities/active",
      [](net::HttpRequest const& request, net::HttpReply const& reply) {
        net::HttpResponse response;
        if (request.body == R"({"pointers":["0,0"]})")
          response.body =
              R"([{"id":"bafk","metadata":{"display":{"title":"Plaza"},"scene":{"base":"0,0","parcels":["0,0"]}}}])";
        reply(std::move(response));
      });
  shards.start();
  net::ServerOptions options;
  options.port = 0;
  auto const content = net::Server::start(shards, router, options, metrics);
  ASSERT_TRUE(content) << content.error().detail;

  auto config = test_config();
  config.realm.content_url = (*content)->url() + "/content/";
  start(config);
  auto a = guest();
  ASSERT_TRUE(a.online());
  a.stands_at(3, 3);
  EXPECT_EQ(
      get("/hot-scenes"),
      json::parse(
          R"([{"id":"bafk","name":"Plaza","baseCoords":[0,0],"usersTotalCount":1,"parcels":[[0,0]]}])"));
  (*content)->stop();
  shards.stop();
}

TEST_F(RealmTest, ATakenPortIsOneLineForTheOperator) {
  start(test_config());
  auto config = test_config();
  config.http.port = std::stoi(realm_->url().substr(realm_->url().rfind(':') + 1));
  auto const second = Realm::start(config);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().detail, testing::HasSubstr(std::to_string(config.http.port)));
  EXPECT_THAT(second.error().detail, testing::Not(testing::HasSubstr("\n")));
}

TEST_F(RealmTest, WhatItRecordedReplaysToTheSameHash) {
  auto const path =
      std::filesystem::temp_directory_path() / ("archipelago-record-" + std::to_string(::getpid()));
  auto config = test_config();
  config.islands.record = path.string();
  start(config);
  auto a = guest(), b = guest();
  ASSERT_TRUE(a.online() && b.online());
  auto const first = a.stands_at(0, 0);
  EXPECT_EQ(b.stands_at(10, 0).island, first.island);
  EXPECT_NE(b.stands_at(1'000, 0).island, first.island);
  realm_.reset();
  sim::TracePlayer replay({});
  std::ifstream file(path);
  std::string islands;
  for (std::string line; std::getline(file, line);) {
    auto const done = replay.line(line);
    ASSERT_TRUE(done.has_value()) << done.error().detail << ": " << line;
    if (replay.engine() != nullptr && replay.engine()->see_island(first.island, [](auto const&) {}))
      islands = first.island;
  }
  EXPECT_TRUE(replay.as_expected()) << "each flush's line has the hash of all changes so far";
  EXPECT_EQ(islands, first.island) << "the same ids";
  EXPECT_GT(replay.report().flushes, 0U) << "the last move took one";
  std::filesystem::remove(path);
}

TEST_F(RealmTest, DoesNotStartWhereItCannotRecord) {
  auto config = test_config();
  config.islands.record = "/nowhere/trace.jsonl";
  auto const started = Realm::start(config);
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().detail.find("/nowhere/trace.jsonl"), std::string::npos);
}

}  // namespace
}  // namespace archipelago::realm
