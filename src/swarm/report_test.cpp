// What is said of a run, and what of it counts as trouble.
#include "swarm/report.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace archipelago::swarm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Report good() {
  Report report;
  report.realm = "http://127.0.0.1:8000";
  report.world = "plazas mixed";
  report.players = 3;
  report.seconds = 60;
  report.meters.logins = report.meters.entered = 3;
  report.meters.entered_last = std::chrono::seconds(2);
  report.meters.login.add(std::chrono::milliseconds(7));
  report.end = {.wanted = 3, .online = 3, .on_island = 3, .in_room = 3};
  return report;
}

TEST(Report, AGoodRunHasNothingUnexpected) {
  EXPECT_THAT(unexpected(good()), IsEmpty());
}

TEST(Report, EveryKindOfTroubleIsOneLine) {
  auto report = good();
  report.end.missing = 1;
  report.meters.refusals.add(Errc::rate_limited);
  report.meters.disconnects.add(Errc::replaced);
  report.meters.room_failures.add(Errc::room_full);
  report.meters.chat.lost = 4;
  report.meters.forged = 1;
  EXPECT_THAT(
      unexpected(report),
      ElementsAre("players who were in no room in the end: 1", "logins refused (rate_limited): 1",
                  "sessions ended (replaced): 1", "rooms failed (room_full): 1",
                  "reliable messages lost: 4", "messages under another player's name: 1"));
}

TEST(Report, UnreliableMessagesMayBeLost) {
  auto report = good();
  report.meters.positions.lost = 100;
  EXPECT_THAT(unexpected(report), IsEmpty());
}

TEST(Report, AStormMayBeRefusedForAWhileButNotForGood) {
  auto report = good();
  report.scene = Scene::login_storm;
  report.meters.refusals.add(Errc::overloaded);
  EXPECT_THAT(unexpected(report), IsEmpty());
  report.meters.refusals.add(Errc::bad_signature);
  EXPECT_THAT(unexpected(report), ElementsAre("logins refused for good: 1"));
}

TEST(Report, JsonIsOneLineThatOthersRead) {
  auto report = good();
  report.meters.refusals.add(Errc::rate_limited);
  auto const text = to_json(report);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  auto const object = boost::json::parse(text).as_object();
  EXPECT_EQ(object.at("op"), "report");
  EXPECT_EQ(object.at("logins"), 3);
  EXPECT_EQ(object.at("logins_per_second").to_number<double>(), 1.5);
  EXPECT_NEAR(object.at("login_ms").as_object().at("p99").to_number<double>(), 7, 7.0 / 64);
  EXPECT_EQ(object.at("refusals").as_object().at("rate_limited"), 1);
  EXPECT_EQ(object.at("unexpected").as_array().size(), 1U);
}

TEST(Report, TheTableNamesWhatWasUnexpected) {
  auto report = good();
  EXPECT_THAT(to_table(report), HasSubstr("plazas mixed"));
  report.meters.chat.doubled = 2;
  EXPECT_THAT(to_table(report), HasSubstr("reliable messages that came twice: 2"));
}

}  // namespace
}  // namespace archipelago::swarm
