// The program as scripts see it: what it prints where, and its exit status.
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "cli/program.hpp"

namespace archipelago::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

TEST(Cli, WrongUsageIsOneLineAndStatusTwo) {
  for (std::vector<std::string> const& arguments : {std::vector<std::string>{},
                                                    {"fly"},
                                                    {"serve", "--no-such-flag"},
                                                    {"serve", "--port"},
                                                    {"check"},
                                                    {"swarm"},
                                                    {"swarm", "--realm", "http://example.org"},
                                                    {"config", "--markdown", "novel"}}) {
    auto const result = run(arguments);
    EXPECT_EQ(result.status, kWrongUsage);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, MatchesRegex("archipelago: [^\n]+\n"));
  }
}

TEST(Cli, AWrongValueIsOneLineAndStatusTwo) {
  auto const port = run({"serve", "--port", "70000"});
  EXPECT_EQ(port.status, kWrongUsage);
  EXPECT_EQ(
      port.err,
      "archipelago: http.port = \"70000\" (flag --port): must be a whole number from 0 to 65535\n");
  EXPECT_EQ(run({"serve", "--port", "0", "--port", "70000"}).err, port.err)
      << "the last one counts";
  auto const below_zero = run({"serve", "--join", "-5"});
  EXPECT_EQ(below_zero.status, kWrongUsage);
  EXPECT_THAT(below_zero.err,
              AllOf(HasSubstr("islands.join_distance = \"-5\""), HasSubstr("0.1 to 10000")));
  auto const file = run({"serve", "--config", "/nowhere/realm.toml"});
  EXPECT_EQ(file.status, kWrongUsage);
  EXPECT_EQ(file.err, "archipelago: file /nowhere/realm.toml: cannot be read\n");
}

TEST(Cli, HelpAndVersionGoToStdout) {
  auto const version = run({"--version"});
  EXPECT_EQ(version.status, kOk);
  EXPECT_THAT(version.out, StartsWith("archipelago "));
  auto const help = run({"serve", "--help"});
  EXPECT_EQ(help.status, kOk);
  for (auto const* flag :
       {"--host", "--port", "--public-url", "--join", "--leave", "--max", "--eth-rpc", "--config"})
    EXPECT_THAT(help.out, HasSubstr(flag));
}

TEST(Cli, ConfigShowsValuesAndTheirOrigins) {
  auto const shown = run({"config", "--show", "--port", "0"},
                         {"REALM_NAME=hela", "ARCHIPELAGO_ROOMS_SECRET=0123456789abcdef-hidden"});
  EXPECT_EQ(shown.status, kOk);
  EXPECT_THAT(shown.out, HasSubstr("realm.name = hela "));
  EXPECT_THAT(shown.out, HasSubstr("# environment REALM_NAME\n"));
  EXPECT_THAT(shown.out, HasSubstr("# flag --port\n"));
  EXPECT_THAT(shown.out, Not(HasSubstr("hidden")));
}

TEST(Cli, ServeSaysOneLineAndEndsCleanlyOnEitherSignal) {
  for (int const which : {SIGTERM, SIGINT}) {
    Program realm({"serve", "--port", "0"});
    EXPECT_THAT(realm.out.read(true),
                MatchesRegex("archipelago ready on http://127\\.0\\.0\\.1:[0-9]+\n"));
    realm.signal(which);
    EXPECT_EQ(realm.out.read(false), "");
    EXPECT_EQ(realm.status(), kOk);
  }
}

TEST(Cli, ANatsServerThatIsNotThereIsOneLineAndStatusOne) {
  auto const result = run({"serve", "--port", "0", "--log-level", "error", "--nats-wait-ms", "0"},
                          {"NATS_URL=nats://127.0.0.1:9"});
  EXPECT_EQ(result.status, kFailed);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, AllOf(MatchesRegex("archipelago: [^\n]+\n"), HasSubstr("127.0.0.1:9")));
}

TEST(Cli, WhoWaitsForNatsStillEndsOnASignal) {
  Program realm({"serve", "--port", "0"},
                {"NATS_URL=nats://127.0.0.1:9", "ARCHIPELAGO_NATS_WAIT_MS=600000"});
  EXPECT_THAT(realm.err.read(true), HasSubstr("waiting for nats"));
  realm.signal(SIGTERM);
  EXPECT_EQ(realm.status(), kFailed);
  EXPECT_THAT(realm.err.read(false),
              HasSubstr("archipelago: no NATS server at nats://127.0.0.1:9"));
}

TEST(Cli, ATakenPortIsOneLineAndStatusOne) {
  Program first({"serve", "--port", "0", "--log-level", "error"});
  auto line = first.out.read(true);
  auto const port = line.substr(line.rfind(':') + 1, line.size() - line.rfind(':') - 2);
  auto const second = run({"serve", "--port", port});
  EXPECT_EQ(second.status, kFailed);
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, AllOf(MatchesRegex("archipelago: [^\n]+\n"), HasSubstr(port)));
}

TEST(Cli, CheckFailsWhereThereIsNoRealm) {
  EXPECT_EQ(run({"check", "http://127.0.0.1:9"}).status, kFailed);
}

}  // namespace
}  // namespace archipelago::cli
