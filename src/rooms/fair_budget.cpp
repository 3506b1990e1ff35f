// Shares first, then the bucket that all have in common.
#include "rooms/fair_budget.hpp"

#include <algorithm>

namespace archipelago::rooms {
namespace {

limits::Rate half(limits::Rate rate) {
  return {rate.per_second == 0 ? 0 : std::max(rate.per_second / 2, 1U), rate.burst};
}

}  // namespace

FairBudget::FairBudget(limits::Rate rate, Instant now)
    : common_(half(rate)), bucket_(common_, now) {}

bool FairBudget::take(Instant now, Share& share, std::size_t members, std::size_t bytes) {
  if (common_.per_second == 0) return true;
  return take_share(now, share, members, bytes) || bucket_.take(now, cost(bytes));
}

bool FairBudget::take_share(Instant now, Share& share, std::size_t members, std::size_t bytes) {
  auto const second = now.since_origin.count() / 1'000;
  if (share.second != second) share = {.second = second};
  if (share.spent + bytes > common_.per_second / std::max<std::size_t>(members, 1)) return false;
  share.spent += bytes;
  return true;
}

Millis FairBudget::wait(Instant now, std::size_t bytes) const {
  auto const wanted = cost(bytes);
  auto const there = bucket_.available(now);
  if (common_.per_second == 0 || there >= wanted) return Millis{1};
  auto const missing = wanted - there;
  return Millis{static_cast<std::int64_t>(missing * 1'000 / common_.per_second + 1)};
}

/// What is larger than a burst must pass too, once the bucket is full.
std::uint64_t FairBudget::cost(std::size_t bytes) const {
  return std::min<std::uint64_t>(bytes, common_.burst);
}

}  // namespace archipelago::rooms
