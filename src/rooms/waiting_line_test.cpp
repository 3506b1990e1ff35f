// Whose packet is next.
#include "rooms/waiting_line.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::rooms {
namespace {

std::vector<std::string> drained(WaitingLine& line) {
  std::vector<std::string> all;
  for (; !line.empty(); line.pop()) all.push_back(*line.next().packet);
  return all;
}

TEST(WaitingLine, SendersTakeTurnsAndEachKeepsItsOrder) {
  WaitingLine line;
  for (auto const* text : {"a1", "a2", "a3"}) line.push(1, share(text));
  for (auto const* text : {"b1", "b2"}) line.push(2, share(text));
  line.push(3, share("c1"));
  EXPECT_EQ(drained(line), (std::vector<std::string>{"a1", "b1", "c1", "a2", "b2", "a3"}));
  EXPECT_EQ(line.bytes(), 0U);
}

TEST(WaitingLine, TheLoudestHasMostBytesNotMostPackets) {
  WaitingLine line;
  for (int i = 0; i < 5; ++i) line.push(1, share("x"));
  line.push(2, share("a long packet"));
  EXPECT_EQ(line.loudest(), 2U);
}

TEST(WaitingLine, WhatWaitsOfOneIsForgottenAtOnce) {
  WaitingLine line;
  line.push(1, share("a1"));
  line.push(1, share("a2"));
  line.push(2, share("b1"));
  EXPECT_EQ(line.forget(1), 2U);
  EXPECT_EQ(line.forget(1), 0U);
  EXPECT_FALSE(line.waits(1));
  EXPECT_EQ(line.bytes(), 2U);
  EXPECT_EQ(drained(line), std::vector<std::string>{"b1"});
}

RC_GTEST_PROP(WaitingLineProperty, NothingIsLostDoubledOrReorderedAndBytesAddUp, ()) {
  WaitingLine line;
  std::map<Alias, std::vector<std::string>> expected;
  std::map<Alias, std::vector<std::string>> got;
  std::size_t bytes = 0;
  for (int step = 0; step < 100; ++step) {
    auto const who = *rc::gen::inRange<Alias>(1, 5);
    if (*rc::gen::inRange(0, 3) != 0) {
      auto const text =
          std::string(*rc::gen::inRange<std::size_t>(0, 9), 'x') + std::to_string(step);
      line.push(who, share(text));
      expected[who].push_back(text);
      bytes += text.size();
    } else if (!line.empty()) {
      auto const next = line.next();
      got[next.from].push_back(*next.packet);
      bytes -= next.packet->size();
      line.pop();
    }
    RC_ASSERT(line.bytes() == bytes);
  }
  for (; !line.empty(); line.pop()) got[line.next().from].push_back(*line.next().packet);
  RC_ASSERT(got == expected);
}

}  // namespace
}  // namespace archipelago::rooms
