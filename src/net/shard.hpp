// A shard: one thread and its event loop. Whatever lives on a shard needs no locks.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/loop.hpp"

namespace archipelago::net {

/// Loop on Asio. now() is milliseconds since the process began, the same origin on every shard.
/// Tasks that throw end the process: they are bugs.
class Shard final : public Loop {
 public:
  struct Impl;  // net's own: the io_context

  explicit Shard(std::size_t index = 0);
  Shard(Shard const&) = delete;
  Shard& operator=(Shard const&) = delete;
  ~Shard() override;  ///< stops and joins

  void start();  ///< starts the thread; once
  void stop();   ///< ends the loop after the running task; any thread
  /// Waits for the thread and then forgets all waiting tasks and timers (in the caller's thread).
  /// Not from the shard.
  void join();

  [[nodiscard]] std::size_t index() const noexcept { return index_; }

  [[nodiscard]] Instant now() const override;
  [[nodiscard]] WallTime wall_now() const override;
  void post(Task task) override;
  TimerId start_timer(Millis delay, Task task) override;
  void cancel_timer(TimerId id) override;

  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  std::size_t const index_;
  std::unique_ptr<Impl> impl_;
};

/// All shards of a process. Order of an end: Server::drain(), Server::stop(), ShardPool::stop(),
/// then whatever the tasks used may go, then the pool.
class ShardPool {
 public:
  explicit ShardPool(std::size_t count);  ///< >= 1
  ~ShardPool() { stop(); }

  void start();
  /// Stops all shards, waits for them and forgets what still waited. Not from a shard. Repeating
  /// does nothing.
  void stop();

  [[nodiscard]] std::size_t size() const noexcept { return shards_.size(); }
  [[nodiscard]] Shard& operator[](std::size_t index) noexcept { return *shards_[index]; }

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace archipelago::net
