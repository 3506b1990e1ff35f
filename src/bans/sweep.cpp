#include "bans/sweep.hpp"

namespace archipelago::bans {

void Sweep::start() {
  timer_.start(interval_, [this] { begin(); });
}

void Sweep::begin() {
  waiting_ = parts_.players();
  go_on();
}

void Sweep::go_on() {
  if (parts_.check.resting(parts_.loop.now())) waiting_.clear();
  while (!waiting_.empty() && asked_ < at_once_) {
    auto const who = waiting_.back();
    waiting_.pop_back();
    ++asked_;
    parts_.check.ask(who, parts_.loop, [this, who](auto const& banned) { answered(who, banned); });
  }
  if (asked_ == 0) start();
}

void Sweep::answered(Address const& who, Result<bool> const& banned) {
  --asked_;
  if (!banned) parts_.metrics.add(Metric::ban_failures_check);
  if (banned && *banned) parts_.evict(who);
  go_on();
}

}  // namespace archipelago::bans
