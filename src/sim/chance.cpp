// The polar method, inversion, and a series for the logarithm.
#include "sim/chance.hpp"

#include <cmath>
#include <limits>

namespace archipelago::sim {

double logarithm(double x) {
  constexpr double kLn2 = 0.69314718055994530942;
  constexpr double kSqrtHalf = 0.70710678118654752440;
  constexpr int kLastTerm = 21;  // |s| <= 0.172: the next term is below 1e-17
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // exact
  if (mantissa < kSqrtHalf) {
    mantissa *= 2;
    --exponent;
  }
  double const s = (mantissa - 1) / (mantissa + 1), s2 = s * s;
  double sum = 0;
  for (int term = kLastTerm; term >= 1; term -= 2) sum = sum * s2 + 1.0 / term;
  return 2 * s * sum + exponent * kLn2;
}

double Chance::uniform() {
  constexpr double kStep = 1.0 / 9'007'199'254'740'992.0;  // 2^-53
  return static_cast<double>(random_.next() >> 11U) * kStep;
}

double Chance::between(double a, double b) {
  return a + uniform() * (b - a);
}

std::uint64_t Chance::below(std::uint64_t n) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  auto const fair = kMost - kMost % n;
  for (;;)
    if (auto const drawn = random_.next(); drawn < fair) return drawn % n;
}

double Chance::gaussian() {
  for (;;) {
    double const u = between(-1, 1), v = between(-1, 1), s = u * u + v * v;
    if (s > 0 && s < 1) return u * std::sqrt(-2 * logarithm(s) / s);
  }
}

double Chance::exponential(double mean) {
  return -mean * logarithm(1 - uniform());
}

}  // namespace archipelago::sim
