// One thread, one io_context: tasks come in batches through one mutex, timers share one alarm.
#include "net/shard.hpp"

#include "net/shard_impl.hpp"

namespace archipelago::net {
namespace {

std::chrono::steady_clock::time_point process_start() {
  static auto const start = std::chrono::steady_clock::now();
  return start;
}

[[maybe_unused]] auto const started_at_load =
    process_start();  // before main(), so that no Instant is negative

Instant steady_now() {
  return {std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - process_start())};
}

}  // namespace

void Shard::Impl::run_posted() {
  std::vector<Task> batch;
  {
    std::lock_guard const lock(mutex);
    woken = false;
    batch.swap(posted);
  }
  for (auto& task : batch) {
    if (stopped) return;
    std::exchange(task, nullptr)();
  }
}

void Shard::Impl::arm() {
  if (timers.empty()) {
    alarm.cancel();
    return;
  }
  alarm.expires_at(process_start() + timers.begin()->first.first.since_origin);
  alarm.async_wait([this](error_code ec) {
    if (!ec) run_due();
  });
}

void Shard::Impl::run_due() {
  auto const now = steady_now();
  auto const newest = last_timer;  // a timer started meanwhile waits for the next round
  while (!stopped && !timers.empty()) {
    auto const first = timers.begin();
    if (first->first.first > now || first->first.second > newest) break;
    auto const task = std::move(first->second);
    due.erase(first->first.second);
    timers.erase(first);
    task();
  }
  arm();
}

void Shard::Impl::forget() {
  std::vector<Task> tasks;
  {
    std::lock_guard const lock(mutex);
    tasks.swap(posted);
  }
  tasks.clear();  // outside the lock: what a task owns may post
  due.clear();
  std::exchange(timers, {}).clear();
}

Shard::Shard(std::size_t index) : index_(index), impl_(std::make_unique<Impl>()) {}

Shard::~Shard() {
  stop();
  join();
}

void Shard::start() {
  impl_->thread = std::thread([this]() noexcept { impl_->io.run(); });
}

void Shard::stop() {
  impl_->stopped = true;
  impl_->io.stop();
}

void Shard::join() {
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->forget();
}

bool Shard::on_its_thread() const noexcept {
  return impl_->thread.get_id() == std::this_thread::get_id();
}

Instant Shard::now() const {
  return steady_now();
}

WallTime Shard::wall_now() const {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Millis>(since).count()};
}

void Shard::post(Task task) {
  std::lock_guard const lock(impl_->mutex);
  if (impl_->stopped) return;
  impl_->posted.push_back(std::move(task));
  if (std::exchange(impl_->woken, true)) return;
  asio::post(impl_->io, [impl = impl_.get()] { impl->run_posted(); });
}

Loop::TimerId Shard::start_timer(Millis delay, Task task) {
  auto const id = ++impl_->last_timer;
  // One more: now() is rounded down, and a timer must never fire early.
  auto const at = now() + std::max(delay, Millis{0}) + Millis{delay > Millis{0} ? 1 : 0};
  impl_->timers.emplace(Impl::Due{at, id}, std::move(task));
  impl_->due.emplace(id, at);
  if (impl_->timers.begin()->first.second == id) impl_->arm();
  return id;
}

void Shard::cancel_timer(TimerId id) {
  auto const known = impl_->due.find(id);
  if (known == impl_->due.end()) return;
  impl_->timers.erase({known->second, id});
  impl_->due.erase(known);
}

ShardPool::ShardPool(std::size_t count) {
  for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i)
    shards_.push_back(std::make_unique<Shard>(i));
}

void ShardPool::start() {
  for (auto const& shard : shards_) shard->start();
}

void ShardPool::stop() {
  for (auto const& shard : shards_) shard->stop();
  for (auto const& shard : shards_) shard->join();
}

}  // namespace archipelago::net
