// Rules as operators write them.
#include "adapters/rule.hpp"

#include <gtest/gtest.h>

namespace archipelago::adapters {
namespace {

Rule rule(std::string_view text) {
  return *Rule::parse(text);
}

IslandFacts of(std::size_t players, double x = 0, double z = 0) {
  return {.id = "I1", .players = players, .x = x, .z = z};
}

TEST(Rule, EveryWordIsRead) {
  Rule const expected{.kind = "livekit",
                      .players_from = 10,
                      .players_below = 60,
                      .zone = Zone{-10, -5, 3, 20},
                      .fill_below = 80};
  EXPECT_EQ(rule("livekit players>=10 players<60 zone=3:20..-10:-5  fill<80"), expected);
  EXPECT_EQ(rule("ws-room"), Rule{.kind = "ws-room"});
}

TEST(Rule, AWrongWordIsNamed) {
  for (std::string const word :
       {"livekitt", "players>=", "players>=x", "players>=-1", "players<0", "players>5", "zone=1:2",
        "zone=1:2..3", "zone=1:2..3:99999", "fill<0", "fill<101", "ws-room", "players>=1.5"}) {
    auto const parsed = Rule::parse(word == "livekitt" ? word : "livekit " + word);
    ASSERT_FALSE(parsed) << word;
    EXPECT_EQ(parsed.error().code, Errc::bad_request);
    EXPECT_NE(parsed.error().detail.find(word), std::string::npos) << word;
  }
  EXPECT_FALSE(Rule::parse(""));
  EXPECT_FALSE(Rule::parse("livekit fill<5 fill<6"));
}

TEST(Rule, PlayersCountAsWritten) {
  EXPECT_TRUE(rule("livekit players>=60").fits(of(60)));
  EXPECT_FALSE(rule("livekit players>=60").fits(of(59)));
  EXPECT_TRUE(rule("livekit players<60").fits(of(59)));
  EXPECT_FALSE(rule("livekit players<60").fits(of(60)));
}

TEST(Rule, SlackKeepsWhatIsAlmostMeant) {
  EXPECT_TRUE(rule("livekit players>=60").fits(of(48), 20));
  EXPECT_FALSE(rule("livekit players>=60").fits(of(47), 20));
  EXPECT_TRUE(rule("livekit players<60").fits(of(71), 20));
  EXPECT_FALSE(rule("livekit players<60").fits(of(72), 20));
  EXPECT_TRUE(rule("livekit players>=2").fits(of(1), 20));
}

TEST(Rule, AZoneIsOfWholeParcels) {
  auto const zone = rule("livekit zone=-1:-1..1:1");
  EXPECT_TRUE(zone.fits(of(1, 31.9, -16)));
  EXPECT_FALSE(zone.fits(of(1, 32, 0)));
  EXPECT_FALSE(zone.fits(of(1, 0, -16.1)));
  EXPECT_TRUE(zone.fits(of(1, 32, 0), 20));
  EXPECT_FALSE(zone.fits(of(1, 48, 0), 20));
}

}  // namespace
}  // namespace archipelago::adapters
