// What is remembered, and for how long.
#include "limits/recent.hpp"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::limits {
namespace {

Instant at(int ms) {
  return {Millis{ms}};
}

TEST(Recent, AnEntryIsForgottenWhenItWasUntouchedForItsTime) {
  Recent<int, int> table(10, Millis{100});
  table.touch(1, at(0), 7);
  ASSERT_NE(table.find(1, at(99)), nullptr);
  EXPECT_EQ(*table.find(1, at(99)), 7);
  EXPECT_EQ(table.find(1, at(100)), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(Recent, TouchingKeepsAnEntryAndItsValue) {
  Recent<int, int> table(10, Millis{100});
  table.touch(1, at(0), 7);
  EXPECT_EQ(table.touch(1, at(90), 8), 7);
  EXPECT_NE(table.find(1, at(189)), nullptr);
  EXPECT_EQ(table.find(1, at(190)), nullptr);
}

TEST(Recent, TheLongestUntouchedMakesPlace) {
  Recent<int, int> table(2, Millis{100});
  table.touch(1, at(0), 0);
  table.touch(2, at(1), 0);
  table.touch(1, at(2), 0);
  table.touch(3, at(3), 0);
  EXPECT_EQ(table.find(2, at(3)), nullptr);
  EXPECT_NE(table.find(1, at(3)), nullptr);
  EXPECT_EQ(table.size(), 2U);
}

TEST(Recent, WhatIsErasedIsGone) {
  Recent<int, int> table(2, Millis{100});
  table.touch(1, at(0), 0);
  table.erase(1);
  table.erase(2);
  EXPECT_EQ(table.find(1, at(0)), nullptr);
}

RC_GTEST_PROP(RecentProperty, ItHoldsExactlyTheYoungestThatAreNotTooOld, ()) {
  Recent<int, int> table(3, Millis{50});
  std::map<int, int> touched;  // key -> when
  int now = 0;
  for (int step = 0; step < 60; ++step) {
    now += *rc::gen::inRange(1, 20);
    auto const key = *rc::gen::inRange(0, 6);
    table.touch(key, at(now), key);
    touched[key] = now;
    for (auto const& [other, when] : touched) {
      auto const younger = std::count_if(touched.begin(), touched.end(),
                                         [when](auto const& t) { return t.second > when; });
      RC_ASSERT((table.find(other, at(now)) != nullptr) == (younger < 3 && now - when < 50));
    }
  }
}

}  // namespace
}  // namespace archipelago::limits
