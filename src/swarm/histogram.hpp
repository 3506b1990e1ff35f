// How long things took, in a fixed number of buckets.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace archipelago::swarm {

using Micros = std::chrono::microseconds;

/// 8 KiB, whatever is added. A quantile is at most 1/64 (1.6 %) beside the true one: every doubling
/// is cut into 32 buckets. Exact below 64 us; more than 38 hours count as 38 hours.
class Histogram {
 public:
  void add(Micros took);  ///< O(1); below 0 counts as 0
  void merge(Histogram const& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// `q` in [0, 1]; 0 us when nothing was added.
  [[nodiscard]] Micros quantile(double q) const;
  [[nodiscard]] Micros max() const { return Micros{static_cast<std::int64_t>(max_)}; }  ///< exact

 private:
  static constexpr unsigned kBits = 5;  // 32 buckets to a doubling
  static constexpr unsigned kMostBits = 37;
  static constexpr std::size_t kBuckets = (kMostBits - kBits + 1) << kBits;

  static std::size_t bucket(std::uint64_t value);
  static std::uint64_t middle(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace archipelago::swarm
