// For tests: a real nats-server on a free port of 127.0.0.1, which ends with its owner.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace archipelago::bus::testing {

/// A folder of its own, gone with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "archipelago-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(TemporaryFolder const&) = delete;
  TemporaryFolder& operator=(TemporaryFolder const&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Throws where the server does not come up. One thread, and that thread must outlive it: the
/// server is killed when its maker's thread ends, however that happens.
class NatsServer {
 public:
  struct Needs {
    bool jetstream = false;
    std::vector<std::string> arguments{};  ///< of nats-server, besides address, port and store
  };

  NatsServer() : NatsServer(Needs{}) {}
  explicit NatsServer(Needs needs) : needs_(std::move(needs)) { start(); }
  NatsServer(NatsServer const&) = delete;
  NatsServer& operator=(NatsServer const&) = delete;
  ~NatsServer() { kill(); }

  [[nodiscard]] std::string url() const { return "nats://" + address(); }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int port() const { return port_; }

  /// On the port that it had before. Returns when it takes connections.
  void start() {
    for (int tries = 0; tries < 50; ++tries) {
      spawn();
      if (is_ready()) return;
      kill();  // somebody may have had the port for a moment
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    throw std::runtime_error("nats-server does not start:\n" + said_);
  }
  /// As a machine that fails: no farewell.
  void kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
    ::fclose(std::exchange(log_, nullptr));
  }
  void restart() {
    kill();
    start();
  }
  /// While it is killed: the next one knows nothing.
  void lose_store() { std::filesystem::remove_all(store_.path() / "jetstream"); }

  /// Connections stay open and nobody answers.
  void pause() { ::kill(pid_, SIGSTOP); }
  void resume() { ::kill(pid_, SIGCONT); }

 private:
  void spawn() {
    auto arguments = std::vector<std::string>{"nats-server", "-a", "127.0.0.1", "-p",
                                              port_ == 0 ? "-1" : std::to_string(port_)};
    if (needs_.jetstream) arguments.insert(arguments.end(), {"-js", "-sd", store_.path().string()});
    arguments.insert(arguments.end(), needs_.arguments.begin(), needs_.arguments.end());
    std::vector<char*> raw;
    raw.reserve(arguments.size() + 1);
    for (auto& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);

    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {  // only what is safe after a fork beside threads
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(pipe[1], 2);
      ::execvp(raw[0], raw.data());
      ::_exit(127);
    }
    ::close(pipe[1]);
    log_ = ::fdopen(pipe[0], "r");
  }

  /// Reads what the server says until it is ready, or ends.
  bool is_ready() {
    said_.clear();
    std::array<char, 1'024> line{};
    while (::fgets(line.data(), line.size(), log_) != nullptr) {
      std::string const text = line.data();
      said_ += text;
      std::string const listening = "client connections on 127.0.0.1:";
      if (auto const at = text.find(listening); at != std::string::npos)
        port_ = std::atoi(text.c_str() + at + listening.size());
      if (text.find("Server is ready") != std::string::npos) return true;
    }
    return false;
  }

  Needs needs_;
  TemporaryFolder store_;
  int port_ = 0;
  pid_t pid_ = 0;
  FILE* log_ = nullptr;
  std::string said_;
};

}  // namespace archipelago::bus::testing
