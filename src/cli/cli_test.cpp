// The program as scripts see it: what it prints where, and its exit status.
#include <array>
#include <csignal>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"

namespace archipelago::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  Pipe(Pipe const&) = delete;
  Pipe& operator=(Pipe const&) = delete;
  ~Pipe() {
    shut(0);
    shut(1);
  }
  [[nodiscard]] int input() const { return ends_[1]; }
  void shut(std::size_t end) {
    if (ends_.at(end) >= 0) ::close(std::exchange(ends_.at(end), -1));
  }
  /// Until the end, or until a line is complete.
  std::string read(bool one_line) {
    std::string text;
    char c = 0;
    while (::read(ends_[0], &c, 1) == 1) {
      text += c;
      if (one_line && c == '\n') break;
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// The program, running.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), ARCHIPELAGO_PROGRAM);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out.input(), 1);
    posix_spawn_file_actions_adddup2(&actions, err.input(), 2);
    EXPECT_EQ(::posix_spawn(&pid_, ARCHIPELAGO_PROGRAM, &actions, nullptr,
                            pointers(arguments).data(), pointers(environment).data()),
              0);
    posix_spawn_file_actions_destroy(&actions);
    out.shut(1);
    err.shut(1);
  }
  Program(Program const&) = delete;
  Program& operator=(Program const&) = delete;
  ~Program() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void signal(int which) const { ::kill(pid_, which); }
  int status() {
    int raw = 0;
    ::waitpid(std::exchange(pid_, 0), &raw, 0);
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : -WTERMSIG(raw);
  }

  Pipe out;
  Pipe err;

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }
  pid_t pid_ = 0;
};

struct Run {
  int status;
  std::string out;
  std::string err;
};

Run run(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  Program program(std::move(arguments), std::move(environment));
  auto out = program.out.read(false);
  auto err = program.err.read(false);
  return {program.status(), std::move(out), std::move(err)};
}

TEST(Cli, WrongUsageIsOneLineAndStatusTwo) {
  for (std::vector<std::string> const& arguments : {std::vector<std::string>{},
                                                    {"fly"},
                                                    {"serve", "--no-such-flag"},
                                                    {"serve", "--port"},
                                                    {"check"},
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
