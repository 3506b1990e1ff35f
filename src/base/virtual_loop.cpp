#include "base/virtual_loop.hpp"

#include <algorithm>

namespace archipelago {

void VirtualLoop::post(Task task) {
  std::lock_guard lock(mutex_);
  posted_.push_back(std::move(task));
}

Loop::TimerId VirtualLoop::start_timer(Millis delay, Task task) {
  auto const id = ++last_timer_;
  auto const due = now_ + std::max(delay, Millis{0});
  timers_.emplace(Due{due, id}, std::move(task));
  due_.emplace(id, due);
  return id;
}

void VirtualLoop::cancel_timer(TimerId id) {
  auto const found = due_.find(id);
  if (found == due_.end()) return;
  timers_.erase(Due{found->second, id});
  due_.erase(found);
}

std::size_t VirtualLoop::run_posted() {
  std::size_t ran = 0;
  for (;; ++ran) {
    Task task;
    {
      std::lock_guard lock(mutex_);
      if (posted_.empty()) return ran;
      task = std::move(posted_.front());
      posted_.pop_front();
    }
    task();
  }
}

void VirtualLoop::advance(Millis by) {
  auto const until = now_ + by;
  run_posted();
  while (!timers_.empty() && timers_.begin()->first.first <= until) {
    auto const first = timers_.begin();
    now_ = first->first.first;
    auto task = std::move(first->second);
    due_.erase(first->first.second);
    timers_.erase(first);
    task();
    run_posted();
  }
  now_ = until;
}

}  // namespace archipelago
