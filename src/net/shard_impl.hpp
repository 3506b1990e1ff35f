// The Asio side of a shard, for net's own sources.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/asio.hpp"
#include "net/shard.hpp"

namespace archipelago::net {

struct Shard::Impl {
  using Due = std::pair<Instant, TimerId>;

  asio::io_context io{1};
  asio::executor_work_guard<Executor> work{io.get_executor()};
  std::thread thread;
  std::atomic<bool> stopped{false};

  std::mutex mutex;  // guards posted and woken
  std::vector<Task> posted;
  bool woken = false;

  // One Asio timer for all: armed for the earliest.
  AsioTimer alarm{io.get_executor()};
  std::map<Due, Task> timers;
  std::unordered_map<TimerId, Instant> due;
  TimerId last_timer = 0;

  void run_posted();
  void arm();
  void run_due();
  void forget();
};

}  // namespace archipelago::net
