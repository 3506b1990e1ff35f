// A few at each tick.
#include "net/drain.hpp"

#include <algorithm>

namespace archipelago::net {

void Drain::begin(std::shared_ptr<ServerCore> core, std::size_t shard, Errc why, Millis spread,
                  std::function<void()> on_told) {
  auto const drain = std::make_shared<Drain>(std::move(core), shard, why, std::move(on_told));
  for (auto* const session : drain->core_->sessions(shard)) {
    if (session->lasts())
      drain->left_.push_back(session);
    else
      session->drain(why);
  }
  auto const ticks = static_cast<std::size_t>(std::max<std::int64_t>(spread / kTick, 1));
  drain->pace_ = std::max(kLeastPace, (drain->left_.size() + ticks - 1) / ticks);
  drain->tick();
}

void Drain::tick() {
  for (std::size_t i = 0; i < pace_ && !left_.empty(); ++i) {
    auto* const session = left_.back();
    left_.pop_back();
    if (core_->knows(shard_, *session)) session->drain(why_);
  }
  if (left_.empty()) return on_told_();
  core_->shards[shard_].start_timer(kTick, [self = shared_from_this()] { self->tick(); });
}

}  // namespace archipelago::net
