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
  seen_.note(static_cast<double>(late.count()) / 1'000);
}

Millis LoopLag::behind(Instant now) const noexcept {
  auto const due = due_.load();
  auto const overdue = due == kNotYet ? 0 : now.since_origin.count() - due;
  return Millis{std::max({std::min(last_.load(), before_.load()), overdue, std::int64_t{0}})};
}

}  // namespace archipelago
