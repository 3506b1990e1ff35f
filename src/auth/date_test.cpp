// Which texts are dates, and which moments they mean. Expected values are those of Date.parse() in
// V8 with TZ=UTC.
#include "auth/date.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::auth {
namespace {

std::optional<std::int64_t> ms(std::string_view text) {
  auto const time = parse_date(text);
  return time ? std::optional(time->ms_since_epoch) : std::nullopt;
}

TEST(Date, WhatClientsWriteIsRead) {
  EXPECT_EQ(ms("2033-05-18T03:33:20.000Z"), 2'000'000'000'000);
  EXPECT_EQ(ms("1970-01-01T00:00:00.000Z"), 0);
  EXPECT_EQ(ms("2000-02-29T23:59:59.999Z"), 951'868'799'999);
}

TEST(Date, ShorterFormsCountAsUtc) {
  EXPECT_EQ(ms("2033"), 1'988'150'400'000);
  EXPECT_EQ(ms("2033-05"), 1'998'518'400'000);
  EXPECT_EQ(ms("2033-05-18"), 1'999'987'200'000);
  EXPECT_EQ(ms("2033-05-18T03:33"), 1'999'999'980'000);
  EXPECT_EQ(ms("2033-05-18T03:33Z"), 1'999'999'980'000);
  EXPECT_EQ(ms("2033T03:33Z"), 1'988'163'180'000);
  EXPECT_EQ(ms("2033-05-18 03:33:20Z"), 2'000'000'000'000);
}

TEST(Date, ZonesAreTakenAway) {
  EXPECT_EQ(ms("2033-05-18T05:33:20+02:00"), 2'000'000'000'000);
  EXPECT_EQ(ms("2033-05-17T22:03:20-05:30"), 2'000'000'000'000);
}

TEST(Date, FractionsAreCutToMilliseconds) {
  EXPECT_EQ(ms("2033-05-18T03:33:20.1Z"), 2'000'000'000'100);
  EXPECT_EQ(ms("2033-05-18T03:33:20.12Z"), 2'000'000'000'120);
  EXPECT_EQ(ms("2033-05-18T03:33:20.1239999999999999999999Z"), 2'000'000'000'123);
}

TEST(Date, MidnightAtTheEndOfADayIsTheNextDay) {
  EXPECT_EQ(ms("2033-05-18T24:00:00Z"), ms("2033-05-19T00:00:00Z"));
  EXPECT_EQ(ms("2033-05-18T24:00:01Z"), std::nullopt);
  EXPECT_EQ(ms("2033-05-18T24:01Z"), std::nullopt);
}

TEST(Date, ADayPastTheEndOfItsMonthRunsOn) {
  EXPECT_EQ(ms("2033-02-30"), ms("2033-03-02"));
  EXPECT_EQ(ms("2033-02-32"), std::nullopt);
}

TEST(Date, LongYearsNeedASign) {
  EXPECT_EQ(ms("+012033-05-18T03:33:20.000Z"), 317'569'520'000'000);
  EXPECT_EQ(ms("-000001-01-01"), -62'198'755'200'000);
  EXPECT_EQ(ms("-000000-01-01"), std::nullopt);
  EXPECT_EQ(ms("+2033-05-18"), std::nullopt);
  EXPECT_EQ(ms("012033-05-18"), std::nullopt);
}

TEST(Date, TimeEndsWhereJavaScriptEndsIt) {
  EXPECT_EQ(ms("+275760-09-13T00:00:00.000Z"), 8'640'000'000'000'000);
  EXPECT_EQ(ms("+275760-09-13T00:00:00.001Z"), std::nullopt);
  EXPECT_EQ(ms("-271821-04-20T00:00:00.000Z"), -8'640'000'000'000'000);
  EXPECT_EQ(ms("+999999-12-31"), std::nullopt);
}

TEST(Date, EverythingElseIsNoDate) {
  for (char const* const text : {"",
                                 " ",
                                 "2033-13-01",
                                 "2033-00-01",
                                 "2033-01-00",
                                 "2033-1-1",
                                 "203",
                                 "2000000000000",
                                 " 2033-05-18",
                                 "2033-05-18 ",
                                 "2033-05-18T",
                                 "2033-05-18T3:33",
                                 "2033-05-18T25:00",
                                 "2033-05-18T03:60",
                                 "2033-05-18T03:33:60",
                                 "2033-05-18T03:33:20.",
                                 "2033-05-18T03:33:20,5Z",
                                 "2033-05-18T03:33Zx",
                                 "2033-05-18T03:33+0200",
                                 "2033-05-18T03:33+24:00",
                                 "2033-05-18T03:33+02:60",
                                 "2033-05-18Z",
                                 "Wed, 18 May 2033 03:33:20 GMT",
                                 "\xc2\xb2\x30\x33\x33"})
    EXPECT_EQ(ms(text), std::nullopt) << text;
}

RC_GTEST_PROP(Date, WhatIsWrittenIsReadBack, ()) {
  WallTime const time{
      *rc::gen::inRange<std::int64_t>(-8'640'000'000'000'000, 8'640'000'000'000'001)};
  RC_ASSERT(parse_date(format_date(time)) == time);
}

RC_GTEST_PROP(Date, AnyTextIsReadOrRefusedWithinRange, ()) {
  auto const text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789+-:.TZ ")));
  auto const time = parse_date(text);
  if (time) RC_ASSERT(std::abs(time->ms_since_epoch) <= 8'640'000'000'000'000);
}

TEST(Date, WritingLooksLikeToIsoString) {
  EXPECT_EQ(format_date({2'000'000'000'000}), "2033-05-18T03:33:20.000Z");
  EXPECT_EQ(format_date({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_date({8'640'000'000'000'000}), "+275760-09-13T00:00:00.000Z");
  EXPECT_EQ(format_date({-62'198'755'200'000}), "-000001-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace archipelago::auth
