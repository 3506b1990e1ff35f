// A few threads for work that would hold up a shard: curve arithmetic, calls to an Ethereum
// endpoint.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/loop.hpp"

namespace archipelago {

/// Bounded on both sides: `threads` at work, at most `queue_limit` tasks waiting. The destructor
/// lets running tasks end, drops waiting ones and joins.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  WorkerPool(WorkerPool const&) = delete;
  WorkerPool& operator=(WorkerPool const&) = delete;
  ~WorkerPool();

  /// False when the queue is full or the pool is ending: answer `overloaded` then. Any thread;
  /// never blocks on work. What a task throws is logged and forgotten: whoever waits for its result
  /// must be told by the task itself (`internal_error`).
  [[nodiscard]] bool try_submit(Task task);

  [[nodiscard]] std::size_t waiting() const;

 private:
  void work();

  std::size_t const queue_limit_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Task> queue_;
  bool ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace archipelago
