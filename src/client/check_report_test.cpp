// The page that a check prints.
#include "client/check_report.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/printable.hpp"
#include "client/realm_check.hpp"

namespace archipelago::client {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(CheckReport, HasALineForEachStepWithItsTimeAndASummary) {
  std::ostringstream page;
  CheckReport report(page);
  EXPECT_TRUE(report.step("about", "unused", [] { return Result<std::string>("realm \"x\""); }));
  report.skip("room", "livekit");
  EXPECT_EQ(report.finish(), 0);
  EXPECT_THAT(page.str(), MatchesRegex("ok +[0-9]+ ms  about +realm \"x\"\n"
                                       "skipped +room +livekit\n"
                                       "1 ok, 1 skipped, 0 failed, [0-9]+ ms in all\n"));
}

TEST(CheckReport, AFailureSaysWhyAndWhatToDoAndMakesTheStatusOne) {
  std::ostringstream page;
  CheckReport report(page);
  EXPECT_FALSE(report.step("about", "start the server", []() -> Result<std::string> {
    return fail(Errc::upstream_failed, "HTTP 503");
  }));
  EXPECT_EQ(report.finish(), 1);
  EXPECT_THAT(page.str(), HasSubstr("HTTP 503 (upstream_failed)"));
  EXPECT_THAT(page.str(), HasSubstr("what to do: start the server"));
}

TEST(CheckReport, AServersTextCannotDriveTheTerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\r\nc\x7f"), "a?[2Jb??c?");
  EXPECT_LE(printable(std::string(100'000, 'x')).size(), 210U);
}

TEST(RealmCheck, AUrlThatIsNoneFailsAtTheFirstStep) {
  std::ostringstream page;
  EXPECT_EQ(run_check({.realm = "example.org", .timeout = Millis{100}}, page), 1);
  EXPECT_THAT(page.str(), HasSubstr("not an http:// or https:// URL"));
  EXPECT_THAT(page.str(), Not(HasSubstr("login")));
}

}  // namespace
}  // namespace archipelago::client
