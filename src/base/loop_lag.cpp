// One timer after the other.
#include "base/loop_lag.hpp"

#include <algorithm>

namespace archipelago {

std::shared_ptr<LoopLag> LoopLag::watch(Loop& loop) {
  auto lag = std::make_shared<LoopLag>(loop);
  loop.post([weak = std::weak_ptr(lag)] {
    if (auto const self = weak.lock()) self->begin();
  });
  return lag;
}

void LoopLag::begin() {
  auto const due = loop_.now() + kEvery;
  due_ = due.since_origin.count();
  loop_.start_timer(kEvery, [weak = weak_from_this(), due] {
    if (auto const self = weak.lock()) self->look(due);
  });
}

void LoopLag::look(Instant due) {
  note(std::max(loop_.now() - due, Millis{0}));
  begin();
}

void LoopLag::note(Millis late) noexcept {
  before_ = last_.load();
  last_ = late.count();
  auto const at = std::lower_bound(kBounds.begin(), kBounds.end(), late) - kBounds.begin();
  counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_ += late.count();
}

Millis LoopLag::behind(Instant now) const noexcept {
  auto const due = due_.load();
  auto const overdue = due == kNotYet ? 0 : now.since_origin.count() - due;
  return Millis{std::max({std::min(last_.load(), before_.load()), overdue, std::int64_t{0}})};
}

LoopLag::Histogram LoopLag::histogram() const noexcept {
  Histogram out;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    out.counts[i] = counts_[i].load(std::memory_order_relaxed);
  out.sum_seconds = static_cast<double>(sum_.load()) / 1'000;
  return out;
}

}  // namespace archipelago
