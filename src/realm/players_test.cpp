// Players of the client library in a whole realm, over real sockets: they meet, talk, and walk from
// island to island.
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archipelago/client/player.hpp"
#include "client/hand_turned.hpp"
#include "realm/realm.hpp"

namespace archipelago::realm {
namespace {

using client::Entrance;
using client::HandTurned;
using client::Player;
using client::RoomState;

constexpr Millis kPatience{20'000};

/// A player and what it saw.
struct Walker {
  Walker(HandTurned& on, std::string const& url, Entrance entrance) {
    auto const network = on.network();
    client::PlayerOptions options;
    options.realm.realm = url;
    options.realm.entrance = entrance;
    options.realm.heartbeat = Millis(50);
    options.linger = Millis(300);
    client::PlayerEvents events;
    events.island = [this](client::IslandChange const& change) { island = change.island; };
    events.message = [this](client::Message const& said) {
      heard.push_back(std::stoi(std::string(said.body)));
    };
    auto me = client::Identity::guest(network.random, network.loop.wall_now());
    player.emplace(network, std::move(me), options, std::move(events));
    player->start();
  }
  Walker(Walker const&) = delete;
  Walker& operator=(Walker const&) = delete;
  ~Walker() = default;

  [[nodiscard]] bool seated() const { return player->room().state == RoomState::open; }
  [[nodiscard]] std::string const& address() const { return player->identity().address(); }

  std::string island;
  std::vector<int> heard;
  std::optional<Player> player;
};

class PlayersTest : public testing::TestWithParam<Entrance> {
 protected:
  void SetUp() override {
    Config config;
    config.http.port = 0;
    config.http.shards = 2;
    config.islands.flush_seconds = 0.05;
    auto started = Realm::start(config);
    ASSERT_TRUE(started) << started.error().detail;
    realm_ = std::move(*started);
  }
  bool until(std::function<bool()> const& done) { return network_.until(done, kPatience); }

  std::unique_ptr<Realm> realm_;
  HandTurned network_;
};

TEST_P(PlayersTest, WhoWalksFromOneIslandToAnotherIsHeardOnBothWithoutAGap) {
  Walker stays(network_, realm_->url(), GetParam());
  Walker waits(network_, realm_->url(), GetParam());
  Walker walks(network_, realm_->url(), GetParam());
  stays.player->move_to({0, 0, 0});
  walks.player->move_to({10, 0, 0});
  waits.player->move_to({1'000, 0, 0});
  ASSERT_TRUE(until([&] {
    return stays.seated() && waits.seated() && walks.seated() &&
           walks.player->peers() == std::vector{stays.address()} &&
           stays.player->peers() == std::vector{walks.address()};
  }));
  walks.player->move_to({1'000, 0, 10});
  int said = 0;
  auto const talk = [&] {
    EXPECT_TRUE(walks.player->send(std::to_string(said))) << "a room is open all the time";
    ++said;
    return walks.island == waits.island && walks.seated() && waits.heard.size() > 20 &&
           stays.player->peers().empty();
  };
  for (bool there = false; !there;) {
    ASSERT_LT(said, 20'000);
    there = talk();
    auto const now = network_.network().loop.now();
    network_.until([&] { return network_.network().loop.now() - now >= Millis(5); }, kPatience);
  }
  ASSERT_TRUE(until([&] { return waits.heard.back() == said - 1; }));
  auto const contiguous = [](std::vector<int> const& words) {
    for (std::size_t i = 1; i < words.size(); ++i)
      if (words[i] != words[i - 1] + 1) return false;
    return !words.empty();
  };
  EXPECT_TRUE(contiguous(stays.heard));
  EXPECT_TRUE(contiguous(waits.heard));
  EXPECT_EQ(stays.heard.front(), 0);
  EXPECT_LE(waits.heard.front(), stays.heard.back() + 1);
}

TEST_P(PlayersTest, ASecondLoginOfTheSamePlayerEndsTheFirst) {
  Walker first(network_, realm_->url(), GetParam());
  ASSERT_TRUE(until([&] { return first.player->status().state == client::State::online; }));
  client::RealmOptions options;
  options.realm = realm_->url();
  options.entrance = GetParam();
  client::RealmClient second(network_.network(), first.player->identity(), options, {});
  second.start();
  ASSERT_TRUE(until([&] {
    return first.player->status().state == client::State::ended &&
           second.status().state == client::State::online;
  }));
  EXPECT_EQ(first.player->status().why->code, Errc::replaced);
}

INSTANTIATE_TEST_SUITE_P(Realm, PlayersTest, testing::Values(Entrance::direct, Entrance::bff),
                         [](auto const& given) {
                           return given.param == Entrance::direct ? "Direct" : "Bff";
                         });

}  // namespace
}  // namespace archipelago::realm
