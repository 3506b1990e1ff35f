// How long to wait before the next attempt: growing, and never the same for two clients.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/random.hpp"
#include "base/time.hpp"

namespace archipelago::client {

/// One owner. Pauses of half to all of `first`, doubled with each one up to `longest`.
class Backoff {
 public:
  Backoff(Random& random, Millis first, Millis longest)
      : random_(random), first_(first), longest_(longest), next_(first) {}

  [[nodiscard]] Millis pause() {
    std::array<std::uint8_t, 4> bytes{};
    random_.fill(bytes);
    std::uint32_t number = 0;
    for (auto const byte : bytes) number = number << 8 | byte;
    auto const half = next_ / 2;
    auto const extra = std::int64_t{number} * (next_ - half).count() >> 32;
    next_ = std::min(next_ * 2, longest_);
    return half + Millis{extra};
  }
  void reset() { next_ = first_; }

 private:
  Random& random_;
  Millis first_;
  Millis longest_;
  Millis next_;
};

}  // namespace archipelago::client
