// Numbered messages in any order: what is new, what came twice, what never came.
#include "swarm/window.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/client/packets.hpp"
#include "swarm/hearing.hpp"
#include "swarm/stamp.hpp"

namespace archipelago::swarm {
namespace {

TEST(Window, WhatCameBeforeTheFirstIsNobodysLoss) {
  Window window;
  EXPECT_TRUE(window.take(0, 1'000).fresh);
  EXPECT_EQ(window.missing(), 0U);
  EXPECT_EQ(window.missing_until(0, 1'003), 3U);
  EXPECT_EQ(Window().missing_until(0, 1'003), 0U);
}

TEST(Window, ALateOneIsNotLostAndAnotherOneIsTwice) {
  Window window;
  window.take(0, 1);
  window.take(0, 3);
  EXPECT_EQ(window.missing(), 1U);
  EXPECT_TRUE(window.take(0, 2).fresh);
  EXPECT_TRUE(window.take(0, 2).doubled);
  EXPECT_EQ(window.missing(), 0U);
}

TEST(Window, OneThatIsTooOldToTellIsNeitherNewNorTwice) {
  Window window;
  window.take(0, 1);
  EXPECT_EQ(window.take(0, 1'001).lost, 1'000U - 64U);
  auto const late = window.take(0, 900);
  EXPECT_FALSE(late.fresh || late.doubled);
}

TEST(Window, ANewEpochStartsAfreshAndAnOldOneIsNoNews) {
  Window window;
  window.take(1, 1);
  window.take(1, 5);
  EXPECT_TRUE(window.take(2, 9).fresh);
  EXPECT_EQ(window.missing(), 0U);
  EXPECT_FALSE(window.take(1, 6).fresh);
}

// Against a set that remembers everything. Messages overtake each other by less than the window.
RC_GTEST_PROP(Window, CountsAsASetWould, (std::vector<std::uint8_t> const& steps)) {
  Window window;
  std::set<std::uint32_t> heard{100};
  window.take(0, 100);
  std::uint32_t highest = 100;
  std::uint64_t lost = 0;
  for (auto const step : steps) {
    bool const ahead = step % 2 == 0;
    auto const number =
        ahead ? highest + 1 + step / 2 : highest - std::min(step / 2U, highest - 100);
    if (!ahead && highest - number >= 64) continue;
    auto const taken = window.take(0, number);
    lost += taken.lost;
    RC_ASSERT(taken.fresh == heard.insert(number).second);
    RC_ASSERT(taken.doubled == !taken.fresh);
    highest = std::max(highest, number);
  }
  RC_ASSERT(heard.size() + lost + window.missing() == highest - 100 + 1);
}

TEST(Stamp, ComesBackFromAPacketThatClientsStillUnderstand) {
  Stamp const stamp{.run = 1, .sender = ~0ULL, .epoch = 3, .sequence = 4, .sent = Micros{-5}};
  auto packet = client::to_packet(client::Chat{"hello", 1});
  append_stamp(packet, stamp);
  EXPECT_EQ(read_stamp(packet), stamp);
  auto const parsed = client::parse_packet(packet);
  ASSERT_TRUE(std::holds_alternative<client::Chat>(parsed));
  EXPECT_EQ(std::get<client::Chat>(parsed).text, "hello");
}

RC_GTEST_PROP(Stamp, AnyBytesHaveOneOrNone, (std::string const& bytes)) {
  RC_ASSERT(!read_stamp(bytes) || bytes.size() >= 35);
}

TEST(Stamp, AnAddressHasAKeyAndNothingElseHas) {
  EXPECT_EQ(key_of("0x0123456789abcdef0123456789abcdef01234567"), 0x0123456789abcdefU);
  EXPECT_EQ(key_of("0x0123456789abcdeg0123456789abcdef01234567"), 0U);
  EXPECT_EQ(key_of("0x12"), 0U);
}

TEST(Hearing, OnlyWhoIsAroundIsHeard) {
  Hearing hearing;
  Meters meters;
  auto const reliable = client::Delivery::reliable;
  EXPECT_FALSE(hearing.take({.sender = 5, .sequence = 1}, reliable, meters));
  hearing.joined(5);
  EXPECT_TRUE(hearing.take({.sender = 5, .sequence = 1}, reliable, meters));
  EXPECT_TRUE(hearing.take({.sender = 5, .sequence = 4}, reliable, meters));
  hearing.left(5, meters);
  EXPECT_EQ(meters.chat.lost, 2U);
  EXPECT_EQ(hearing.around(), 0U);
  hearing.joined(5);
  EXPECT_TRUE(hearing.take({.sender = 5, .sequence = 9}, reliable, meters));
  hearing.settle({{5, {.sequence = 11}}}, meters);
  EXPECT_EQ(meters.chat.lost, 4U) << "not what was said while it was away";
}

}  // namespace
}  // namespace archipelago::swarm
