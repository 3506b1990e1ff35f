// Island ids as the known service makes them: a prefix and a counter in base 36 from 1.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace archipelago::testing {

class CountingIds {
 public:
  explicit CountingIds(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string operator()() {
    std::string digits;
    for (auto n = ++last_; n != 0; n /= 36)
      digits += "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36];
    std::ranges::reverse(digits);
    return prefix_ + digits;
  }

 private:
  std::string prefix_;
  std::uint64_t last_ = 0;
};

}  // namespace archipelago::testing
