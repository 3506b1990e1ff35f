// Values counted by size, for quantiles that somebody else computes.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace archipelago {

/// Any thread; a note is two relaxed additions, without a lock. What is read while others note is
/// of no single moment, but never less than what was read before.
class Histogram {
 public:
  static constexpr std::size_t kMostBounds = 16;

  /// `bounds`: the classes' upper ends, ascending, at most kMostBounds, alive as long as this; one
  /// more class holds what is larger still.
  explicit Histogram(std::span<double const> bounds) noexcept : bounds_(bounds) {}

  void note(double value) noexcept {
    auto const at = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(std::llround(value * kMillion), std::memory_order_relaxed);
  }

  [[nodiscard]] std::span<double const> bounds() const noexcept { return bounds_; }
  /// Of the class that ends at bounds()[index], or of the last one.
  [[nodiscard]] std::uint64_t count(std::size_t index) const noexcept {
    return counts_[index].load(std::memory_order_relaxed);
  }
  /// Of all classes.
  [[nodiscard]] std::uint64_t count() const noexcept {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i <= bounds_.size(); ++i) all += count(i);
    return all;
  }
  /// Of all values, to a millionth each.
  [[nodiscard]] double sum() const noexcept {
    return static_cast<double>(sum_.load(std::memory_order_relaxed)) / kMillion;
  }

 private:
  static constexpr double kMillion = 1e6;

  std::span<double const> bounds_;
  std::array<std::atomic<std::uint64_t>, kMostBounds + 1> counts_{};
  std::atomic<std::int64_t> sum_{0};  // millionths
};

}  // namespace archipelago
