// What came through two rooms is heard once; what was said twice, twice; and nothing is kept for
// ever.
#include "client/twins.hpp"

#include <gtest/gtest.h>

namespace archipelago::client {
namespace {

class TwinsTest : public ::testing::Test {
 protected:
  bool hear(std::uint32_t room, std::string_view body, bool moving = true) {
    return twins_.is_new(now_, room, "0xab", body, moving);
  }
  SeededRandom random_{1};
  Twins twins_{random_};
  Instant now_{};
};

TEST_F(TwinsTest, ACopyThroughTheOtherRoomIsNotNew) {
  EXPECT_TRUE(hear(1, "hello"));
  EXPECT_FALSE(hear(2, "hello"));
  EXPECT_TRUE(hear(2, "hello")) << "said again";
  EXPECT_FALSE(hear(1, "hello"));
}

TEST_F(TwinsTest, ACopyIsKnownForAWhileAfterTheMove) {
  EXPECT_TRUE(hear(1, "hello"));
  now_ = now_ + Millis{2'900};
  EXPECT_FALSE(hear(2, "hello", false));
  now_ = now_ + Millis{200};
  EXPECT_TRUE(hear(2, "hello", false));
}

TEST_F(TwinsTest, AfterTheMoveNothingMoreIsRemembered) {
  EXPECT_TRUE(hear(1, "hello"));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(hear(2, std::to_string(i), false));
  EXPECT_EQ(twins_.remembered(), 1U);
  twins_.forget(now_ + Millis{3'000});
  EXPECT_EQ(twins_.remembered(), 0U);
}

}  // namespace
}  // namespace archipelago::client
