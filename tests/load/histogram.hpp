// Delays, counted in steps of 10 microseconds: millions of them cost no memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace archipelago::load {

class Histogram {
 public:
  void add(std::int64_t nanoseconds) {
    auto const step = static_cast<std::size_t>(std::max<std::int64_t>(nanoseconds, 0)) / kStep;
    ++counts_[std::min(step, counts_.size() - 1)];
    ++total_;
  }

  /// Milliseconds, at most two seconds; 0 when there is nothing.
  [[nodiscard]] double quantile(double share) const {
    if (total_ == 0) return 0;
    auto left = static_cast<std::uint64_t>(share * static_cast<double>(total_ - 1));
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > left) return static_cast<double>(i * kStep) / 1e6;
      left -= counts_[i];
    }
    return 0;
  }

 private:
  static constexpr std::size_t kStep = 10'000;
  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(200'000);
  std::uint64_t total_ = 0;
};

}  // namespace archipelago::load
