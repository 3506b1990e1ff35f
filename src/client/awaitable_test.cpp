// The player for coroutines: login, events in order, a queue that ends.
#include "archipelago/client/awaitable.hpp"

#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/testing.hpp"

namespace archipelago::client {
namespace {

namespace asio = boost::asio;
using testing::FakeNetwork;
using testing::kRealm;

class AwaitableTest : public ::testing::Test {
 protected:
  static PlayerOptions options() {
    PlayerOptions out;
    out.realm.realm = kRealm;
    return out;
  }
  void log_in() {
    asio::co_spawn(io, enter(), asio::detached);
    settle();
    world.about();
    world.let_in(player.player().identity().address());
    settle();
  }
  void settle() {
    world.settle();
    io.restart();
    io.poll();
  }
  asio::awaitable<void> enter() { login = co_await player.login(); }
  asio::awaitable<void> listen() {
    while (auto event = co_await player.next()) events.push_back(std::move(*event));
    ended = true;
  }

  FakeNetwork world;
  asio::io_context io;
  AwaitablePlayer player{io, world.network(), world.guest(), options(), 6};
  std::optional<Result<>> login;
  std::vector<Event> events;
  bool ended = false;
};

TEST_F(AwaitableTest, LoginReturnsWhenOnline) {
  log_in();
  ASSERT_TRUE(login);
  EXPECT_TRUE(*login);
}

TEST_F(AwaitableTest, LoginReturnsWhyItEndedForGood) {
  asio::co_spawn(io, enter(), asio::detached);
  settle();
  world.about(R"({"healthy":true,"comms":{"protocol":"v2"}})");
  settle();
  ASSERT_TRUE(login);
  EXPECT_EQ(login->error().code, Errc::unsupported);
}

TEST_F(AwaitableTest, EventsComeInOrderAndEndWithTheEnd) {
  log_in();
  asio::co_spawn(io, listen(), asio::detached);
  world.put_on_island("I1", "offline:offline");
  settle();
  player.player().stop();
  settle();
  EXPECT_TRUE(ended);
  ASSERT_GE(events.size(), 4U);
  EXPECT_EQ(std::get<Status>(events[1]).state, State::online);
  EXPECT_EQ(std::get<IslandChange>(events[2]).island, "I1");
  EXPECT_EQ(std::get<Status>(events.back()).state, State::ended);
}

TEST_F(AwaitableTest, AQueueThatNobodyReadsIsBoundedAndStillTellsTheEnd) {
  log_in();
  for (int i = 0; i < 20; ++i) world.put_on_island("I" + std::to_string(i), "offline:offline");
  EXPECT_GT(player.dropped(), 10U);
  player.player().stop();
  world.settle();
  asio::co_spawn(io, listen(), asio::detached);
  settle();
  EXPECT_TRUE(ended);
  EXPECT_EQ(events.size(), 6U);
  EXPECT_EQ(std::get<Status>(events.back()).state, State::ended);
}

}  // namespace
}  // namespace archipelago::client
