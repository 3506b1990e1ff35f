// Loud senders, slow readers, and what becomes of their packets.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rooms/test_hall.hpp"

namespace archipelago::rooms {
namespace {

using testing::Client;
using ::testing::ElementsAre;
using testing::Hall;
using testing::player;

Options tight() {
  Options options;
  options.unreliable = {.per_second = 4'000, .burst = 1'000};
  options.reliable = {.per_second = 4'000, .burst = 1'000};
  options.waiting_bytes = 10'000;
  return options;
}

std::size_t bytes_of(std::vector<std::string> const& packets) {
  std::size_t bytes = 0;
  for (auto const& packet : packets) bytes += packet.size();
  return bytes;
}

class RoomBudget : public ::testing::Test {
 protected:
  Hall hall{tight()};
  std::unique_ptr<Client> one = hall.join("a", player(1));
  std::unique_ptr<Client> two = hall.join("a", player(2));
  std::unique_ptr<Client> reader = hall.join("a", player(3));

  void SetUp() override { reader->heard(); }
};

TEST_F(RoomBudget, ReliablePacketsBeyondItWaitAndAllArriveInOrder) {
  std::vector<std::string> expected;
  for (int i = 0; i < 8; ++i) {
    one->update(std::string(500, static_cast<char>('a' + i)));
    expected.push_back("update 1 " + std::string(500, static_cast<char>('a' + i)));
  }
  auto heard = reader->heard();
  EXPECT_EQ(heard.size(), 3U);  // a share of 666 bytes, a burst of 1 000
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_waiting), 5);
  hall.advance(Millis{3'000});
  std::ranges::copy(reader->heard(), std::back_inserter(heard));
  EXPECT_EQ(heard, expected);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_waiting), 0);
  EXPECT_FALSE(one->connection.closed_why);
}

TEST_F(RoomBudget, AReaderHearsNoMoreThanTheRateWhoeverSends) {
  for (int i = 0; i < 8; ++i) {
    one->update(std::string(500, 'x'));
    two->update(std::string(500, 'y'));
  }
  EXPECT_LE(bytes_of(reader->heard()), 1'000U + 2 * 700);
  for (int second = 0; second < 2; ++second) {
    hall.advance(Millis{1'000});
    EXPECT_LE(bytes_of(reader->heard()), 4'000U + 600);
  }
}

TEST_F(RoomBudget, WhoSaysLittleDoesNotWaitBehindWhoSaysMuch) {
  for (int i = 0; i < 10; ++i) one->update(std::string(500, 'x'));
  reader->heard();
  two->update("hello");
  EXPECT_THAT(reader->heard(), ElementsAre("update 2 hello"));
}

TEST_F(RoomBudget, UnreliablePacketsBeyondItAreDroppedAndCounted) {
  for (int i = 0; i < 8; ++i) one->update(std::string(500, 'x'), true);
  EXPECT_EQ(reader->heard().size(), 3U);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_dropped_rate), 5);
  EXPECT_EQ(hall.metrics.rejected(Errc::rate_limited), 5);
  two->update("here I am", true);
  EXPECT_THAT(reader->heard(), ElementsAre("update~ 2 here I am"));
  EXPECT_FALSE(one->connection.closed_why);
}

TEST_F(RoomBudget, WhenTooMuchWaitsTheLoudestIsClosedAndNobodyElse) {
  for (int i = 0; i < 6; ++i) two->update(std::string(500, 'y'));
  for (int i = 0; i < 25 && !one->connection.closed_why; ++i) one->update(std::string(500, 'x'));
  EXPECT_EQ(one->connection.closed_why, Errc::rate_limited);
  EXPECT_FALSE(two->connection.closed_why);
  EXPECT_FALSE(reader->connection.closed_why);
  reader->heard();
  hall.advance(Millis{3'000});
  auto const heard = reader->heard();
  EXPECT_TRUE(std::ranges::all_of(heard, [](auto const& h) { return h.starts_with("update 2"); }));
  EXPECT_FALSE(heard.empty());
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_waiting), 0);
}

TEST_F(RoomBudget, WhatWaitsOfOneWhoLeavesIsDroppedAndCounted) {
  for (int i = 0; i < 8; ++i) one->update(std::string(500, 'x'));
  reader->heard();
  one->hang_up();
  hall.advance(Millis{5'000});
  EXPECT_THAT(reader->heard(), ElementsAre("leave 1"));
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_waiting), 0);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_dropped_rate), 5);
}

TEST(RoomBudgetDefaults, ThreeBurstsAtOnceNeverPutAReaderOf3MbitOverItsOutboxLimits) {
  Options options;
  options.packets = options.bytes = {.per_second = 100'000'000, .burst = 100'000'000};
  Hall hall(options);
  std::vector<std::unique_ptr<Client>> senders;
  for (std::uint32_t i = 1; i <= 3; ++i) senders.push_back(hall.join("a", player(i)));
  auto const reader = hall.join("a", player(9));
  reader->heard();
  for (auto const& sender : senders)
    for (int i = 0; i < 4; ++i) sender->update(std::string(128UL * 1024, 'x'));
  std::size_t waiting = 0;  // for a reader of 3 Mbit/s
  Millis behind{};
  for (int tenth = 0; tenth < 200; ++tenth) {
    waiting += bytes_of(reader->heard());
    ASSERT_LE(waiting, 1024UL * 1024);
    behind = waiting > 64UL * 1024 ? behind + Millis{100} : Millis{};
    ASSERT_LE(behind, Millis{5'000});
    waiting -= std::min<std::size_t>(waiting, 37'500);
    hall.advance(Millis{100});
  }
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_waiting), 0);
  for (auto const& sender : senders) EXPECT_FALSE(sender->connection.closed_why);
}

TEST_F(RoomBudget, PacketsThatASlowReaderLosesCountAsDroppedNotAsSent) {
  auto const sent = hall.metrics.value(Metric::room_packets_out);
  reader->connection.slow = true;
  one->update("x", true);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_out) - sent, 1);
  EXPECT_EQ(hall.metrics.value(Metric::room_packets_dropped_slow), 1);
}

}  // namespace
}  // namespace archipelago::rooms
