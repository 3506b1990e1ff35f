// Chances that come out the same on every machine: only whole numbers, the four operations and
// square roots, never the C library's logarithm or cosine (whose last bits differ).
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace archipelago::sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  double uniform();                      ///< [0, 1), 53 bits
  double between(double a, double b);    ///< [a, b)
  std::uint64_t below(std::uint64_t n);  ///< [0, n), n > 0; without bias
  bool happens(double probability) { return uniform() < probability; }
  double gaussian();                ///< mean 0, sigma 1
  double exponential(double mean);  ///< >= 0

 private:
  SeededRandom random_;
};

/// The natural logarithm of x > 0, to 1e-15, from the four operations.
[[nodiscard]] double logarithm(double x);

}  // namespace archipelago::sim
