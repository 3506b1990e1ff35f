// Posted tasks, and the timers behind one alarm.
#include "net/asio_loop.hpp"

#include <algorithm>

namespace archipelago::net {
namespace {

std::chrono::steady_clock::time_point process_start() {
  static auto const start = std::chrono::steady_clock::now();
  return start;
}

[[maybe_unused]] auto const started_at_load =
    process_start();  // before main(), so that no Instant is negative

}  // namespace

void AsioLoop::run_posted() {
  std::vector<Task> batch;
  {
    std::lock_guard const lock(mutex_);
    woken_ = false;
    batch.swap(posted_);
  }
  for (auto& task : batch) {
    if (stopped_) return;
    std::exchange(task, nullptr)();
  }
}

void AsioLoop::arm() {
  if (timers_.empty()) {
    alarm_.cancel();
    return;
  }
  alarm_.expires_at(process_start() + timers_.begin()->first.first.since_origin);
  alarm_.async_wait([weak = weak_from_this()](error_code ec) {
    if (ec) return;
    if (auto const self = weak.lock()) self->run_due();
  });
}

void AsioLoop::run_due() {
  auto const time = now();
  auto const newest = last_timer_;  // a timer started meanwhile waits for the next round
  while (!stopped_ && !timers_.empty()) {
    auto const first = timers_.begin();
    if (first->first.first > time || first->first.second > newest) break;
    auto const task = std::move(first->second);
    due_.erase(first->first.second);
    timers_.erase(first);
    task();
  }
  arm();
}

void AsioLoop::forget() {
  std::vector<Task> tasks;
  {
    std::lock_guard const lock(mutex_);
    tasks.swap(posted_);
  }
  tasks.clear();  // outside the lock: what a task owns may post
  due_.clear();
  std::exchange(timers_, {}).clear();
}

Instant AsioLoop::now() const {
  return {std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - process_start())};
}

WallTime AsioLoop::wall_now() const {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Millis>(since).count()};
}

void AsioLoop::post(Task task) {
  std::lock_guard const lock(mutex_);
  if (stopped_) return;
  posted_.push_back(std::move(task));
  if (std::exchange(woken_, true)) return;
  asio::post(io_, [weak = weak_from_this()] {
    if (auto const self = weak.lock()) self->run_posted();
  });
}

Loop::TimerId AsioLoop::start_timer(Millis delay, Task task) {
  auto const id = ++last_timer_;
  // One more: now() is rounded down, and a timer must never fire early.
  auto const at = now() + std::max(delay, Millis{0}) + Millis{delay > Millis{0} ? 1 : 0};
  timers_.emplace(Due{at, id}, std::move(task));
  due_.emplace(id, at);
  if (timers_.begin()->first.second == id) arm();
  return id;
}

void AsioLoop::cancel_timer(TimerId id) {
  auto const known = due_.find(id);
  if (known == due_.end()) return;
  timers_.erase({known->second, id});
  due_.erase(known);
}

}  // namespace archipelago::net
