// Buckets whose width grows with what they hold.
#include "swarm/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace archipelago::swarm {

std::size_t Histogram::bucket(std::uint64_t value) {
  auto const width = static_cast<unsigned>(std::bit_width(value));
  auto const shift = width > kBits + 1 ? width - kBits - 1 : 0;
  return (std::size_t{shift} << kBits) + (value >> shift);
}

std::uint64_t Histogram::middle(std::size_t bucket) {
  if (bucket < std::size_t{2} << kBits) return bucket;
  auto const shift = (bucket >> kBits) - 1;
  auto const first = (bucket - (shift << kBits)) << shift;
  return first + (std::uint64_t{1} << shift) / 2;
}

void Histogram::add(Micros took) {
  constexpr auto kMost = (std::int64_t{1} << kMostBits) - 1;
  auto const value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(took.count(), 0, kMost));
  ++buckets_[bucket(value)];
  ++count_;
  max_ = std::max(max_, value);
}

void Histogram::merge(Histogram const& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

Micros Histogram::quantile(double q) const {
  auto const wanted = std::max(1.0, std::ceil(q * static_cast<double>(count_)));
  auto const rank = static_cast<std::uint64_t>(wanted);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    below += buckets_[i];
    if (below >= rank) return Micros{static_cast<std::int64_t>(std::min(middle(i), max_))};
  }
  return max();
}

}  // namespace archipelago::swarm
