// The account of one reader: bytes waiting, since when, and how fast they go.
#include "limits/outbox_policy.hpp"

#include <algorithm>

namespace archipelago::limits {
namespace {

constexpr Millis kRateWindow{
    100};  // long enough to average over bursts, short enough to notice a stall

}  // namespace

OutboxPolicy::Verdict OutboxPolicy::offer(Instant now, std::size_t bytes, bool unreliable) {
  if (unreliable && waiting_ > 0 && waiting_ + bytes > unreliable_budget()) return Verdict::drop;
  bool const too_much = waiting_ > 0 && waiting_ + bytes > limits_.hard_bytes;
  if (too_much || overdue(now)) return Verdict::close;
  if (waiting_ == 0) {
    busy_since_ = now;
    busy_bytes_ = 0;
  }
  waiting_ += bytes;
  watch(now);
  return Verdict::keep;
}

void OutboxPolicy::sent(Instant now, std::size_t bytes) {
  waiting_ -= std::min(bytes, waiting_);
  busy_bytes_ += bytes;
  auto const busy = now - busy_since_;
  if (busy >= kRateWindow) {
    double const rate = static_cast<double>(busy_bytes_) / static_cast<double>(busy.count());
    bytes_per_ms_ = bytes_per_ms_ == 0 ? rate : (bytes_per_ms_ + rate) / 2;
    busy_since_ = now;
    busy_bytes_ = 0;
  }
  watch(now);
}

bool OutboxPolicy::overdue(Instant now) const {
  return behind_since_ && now - *behind_since_ > limits_.soft_patience;
}

std::size_t OutboxPolicy::unreliable_budget() const {
  auto const taken = bytes_per_ms_ * static_cast<double>(limits_.unreliable_delay.count());
  return std::max(limits_.unreliable_bytes, static_cast<std::size_t>(taken));
}

void OutboxPolicy::watch(Instant now) {
  if (waiting_ <= limits_.soft_bytes)
    behind_since_.reset();
  else if (!behind_since_)
    behind_since_ = now;
}

}  // namespace archipelago::limits
