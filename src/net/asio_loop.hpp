// Loop on an io_context: tasks come in batches through one mutex, timers share one alarm.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/loop.hpp"
#include "net/asio.hpp"

namespace archipelago::net {

/// now() is milliseconds since the process began, the same origin on every loop. One thread runs
/// the io_context, which must outlive this. Tasks that throw end the process (a shard's) or come
/// out of the io_context's run(). Only in a shared_ptr: what waits in the io_context does not keep
/// it.
class AsioLoop final : public Loop, public std::enable_shared_from_this<AsioLoop> {
 public:
  explicit AsioLoop(asio::io_context& io) : io_(io), alarm_(io.get_executor()) {}

  [[nodiscard]] Instant now() const override;
  [[nodiscard]] WallTime wall_now() const override;
  void post(Task task) override;
  TimerId start_timer(Millis delay, Task task) override;
  void cancel_timer(TimerId id) override;

  void stop() { stopped_ = true; }  ///< begins no further task; any thread
  [[nodiscard]] bool stopped() const { return stopped_; }
  void forget();  ///< drops what waits; nobody may run the io_context

 private:
  using Due = std::pair<Instant, TimerId>;

  void run_posted();
  void arm();
  void run_due();

  asio::io_context& io_;
  std::atomic<bool> stopped_{false};

  std::mutex mutex_;  // guards posted_ and woken_
  std::vector<Task> posted_;
  bool woken_ = false;

  // One Asio timer for all: armed for the earliest.
  AsioTimer alarm_;
  std::map<Due, Task> timers_;
  std::unordered_map<TimerId, Instant> due_;
  TimerId last_timer_ = 0;
};

}  // namespace archipelago::net
