// Who a room token lets in, and what each refusal says.
#include "auth/room_token.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::auth {
namespace {

constexpr WallTime kNow{1'700'000'000'000};
constexpr WallTime kExpires{1'700'000'060'000};

Address player(char digit) {
  return *Address::parse("0x" + std::string(40, digit));
}

class RoomTokenTest : public ::testing::Test {
 protected:
  std::string why(std::string_view token, std::string_view room = "I1", char who = 'a',
                  WallTime now = kNow) {
    auto const result = key_.verify(token, room, player(who), now);
    if (!result) EXPECT_EQ(result.error().code, Errc::not_assigned);
    return result ? "" : result.error().detail;
  }

  SeededRandom random_{1};
  RoomKey key_ = RoomKey::generate(random_);
  std::string token_ = key_.issue("I1", player('a'), kExpires);
};

TEST_F(RoomTokenTest, ItLetsItsPlayerIntoItsRoomInTime) {
  EXPECT_EQ(why(token_), "");
  EXPECT_EQ(why(token_, "I1", 'a', {kExpires.ms_since_epoch - 1}), "");
}

TEST_F(RoomTokenTest, EachRefusalSaysWhy) {
  EXPECT_EQ(why(""), "missing");
  EXPECT_EQ(why(token_, "I1", 'a', kExpires), "expired");
  EXPECT_EQ(why(token_, "I11"), "other room");
  EXPECT_EQ(why(token_, "I1", 'b'), "other player");
  EXPECT_EQ(why("x"), "forged");
  EXPECT_EQ(why(token_ + "A"), "forged");
  EXPECT_EQ(why(token_.substr(1)), "forged");
}

TEST_F(RoomTokenTest, AnotherKeysTokenIsForged) {
  EXPECT_EQ(why(RoomKey::generate(random_).issue("I1", player('a'), kExpires)), "forged");
}

TEST_F(RoomTokenTest, EveryProcessWithTheSecretAgrees) {
  EXPECT_TRUE(RoomKey("a secret of 16 b")
                  .verify(RoomKey("a secret of 16 b").issue("r", player('1'), kExpires), "r",
                          player('1'), kNow));
}

TEST_F(RoomTokenTest, ItTellsTheEpochOfTheCoreThatMadeIt) {
  EXPECT_EQ(key_.verify(token_, "I1", player('a'), kNow), 0U);
  for (std::uint64_t const epoch : {std::uint64_t{1}, std::uint64_t{1'700'000'000'000},
                                    std::numeric_limits<std::uint64_t>::max()})
    EXPECT_EQ(key_.verify(key_.issue("I1", player('a'), kExpires, epoch), "I1", player('a'), kNow),
              epoch);
}

TEST_F(RoomTokenTest, ItTellsUntilWhenItIsGood) {
  EXPECT_EQ(RoomKey::expires(token_), kExpires);
}

TEST_F(RoomTokenTest, ATokenWithoutAnEpochAsTheyOnceWereIsForged) {
  EXPECT_EQ(why("AQ" + std::string(77, 'A')), "forged");
  EXPECT_EQ(why("AQ" + token_.substr(2)), "forged");
}

TEST_F(RoomTokenTest, ItFitsIntoAUrl) {
  EXPECT_EQ(token_.size(), 90U);
  EXPECT_EQ(
      token_.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"),
      std::string::npos);
}

RC_GTEST_FIXTURE_PROP(RoomTokenTest, OneBitChangedAnywhereIsForged, ()) {
  auto const bit = *rc::gen::inRange<std::size_t>(0, token_.size() * 8);
  auto token = token_;
  token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << (bit % 8)));
  RC_ASSERT(why(token) == "forged");
}

RC_GTEST_FIXTURE_PROP(RoomTokenTest, AnyRoomNameWorks, (std::string const& room)) {
  RC_ASSERT(why(key_.issue(room, player('a'), kExpires), room).empty());
}

}  // namespace
}  // namespace archipelago::auth
