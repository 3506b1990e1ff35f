// The program as scripts see it, for tests: run with its own stdin, stdout and stderr.
#pragma once

#include <array>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace archipelago::cli {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  Pipe(Pipe const&) = delete;
  Pipe& operator=(Pipe const&) = delete;
  ~Pipe() {
    shut(0);
    shut(1);
  }
  [[nodiscard]] int output() const { return ends_[0]; }
  [[nodiscard]] int input() const { return ends_[1]; }
  void write(std::string_view text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
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
    posix_spawn_file_actions_adddup2(&actions, in.output(), 0);
    posix_spawn_file_actions_adddup2(&actions, out.input(), 1);
    posix_spawn_file_actions_adddup2(&actions, err.input(), 2);
    EXPECT_EQ(::posix_spawn(&pid_, ARCHIPELAGO_PROGRAM, &actions, nullptr,
                            pointers(arguments).data(), pointers(environment).data()),
              0);
    posix_spawn_file_actions_destroy(&actions);
    in.shut(0);
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

  Pipe in;
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

inline Run run(std::vector<std::string> arguments, std::vector<std::string> environment = {},
               std::string_view input = {}) {
  Program program(std::move(arguments), std::move(environment));
  if (!input.empty()) program.in.write(input);  // less than a pipe holds
  program.in.shut(1);
  auto out = program.out.read(false);
  auto err = program.err.read(false);
  return {program.status(), std::move(out), std::move(err)};
}

}  // namespace archipelago::cli
