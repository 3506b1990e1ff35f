// One thread, one io_context, one loop on it.
#include "net/shard.hpp"

#include "net/shard_impl.hpp"

namespace archipelago::net {

Shard::Shard(std::size_t index) : index_(index), impl_(std::make_unique<Impl>()) {}

Shard::~Shard() {
  stop();
  join();
}

void Shard::start() {
  impl_->thread = std::thread([this]() noexcept { impl_->io.run(); });
}

void Shard::stop() {
  impl_->loop->stop();
  impl_->io.stop();
}

void Shard::join() {
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->loop->forget();
}

Instant Shard::now() const {
  return impl_->loop->now();
}

WallTime Shard::wall_now() const {
  return impl_->loop->wall_now();
}

void Shard::post(Task task) {
  impl_->loop->post(std::move(task));
}

Loop::TimerId Shard::start_timer(Millis delay, Task task) {
  return impl_->loop->start_timer(delay, std::move(task));
}

void Shard::cancel_timer(TimerId id) {
  impl_->loop->cancel_timer(id);
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
