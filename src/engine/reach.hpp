// Is somebody within a distance? Inclusive and exact for 32-bit floats: a float decides unless it
// is too close to call, then a double does.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/vectors.hpp"

namespace archipelago::engine {

class Reach {
 public:
  explicit Reach(double metres)
      : exact_(metres * metres),
        surely_(static_cast<float>(exact_ * (1 - kDoubt))),
        perhaps_(static_cast<float>(exact_ * (1 + kDoubt))) {}

  [[nodiscard]] bool covers(float ax, float az, float bx, float bz) const {
    float const dx = ax - bx, dz = az - bz, d = dx * dx + dz * dz;
    if (d <= surely_) return true;
    return d <= perhaps_ && covers_exactly(ax, az, bx, bz);
  }

  /// The first of the `count` points, from `first` on, that is within reach of (x, z); `count` if
  /// none is.
  ARCHIPELAGO_VECTORISED std::size_t find(float x, float z, float const* xs, float const* zs,
                                          std::size_t count, std::size_t first = 0) const;
  [[nodiscard]] bool covers_any(float x, float z, float const* xs, float const* zs,
                                std::size_t count) const {
    return find(x, z, xs, zs, count) != count;
  }

  /// Which of kBlock points are within reach of (x, z): the first is the lowest bit.
  static constexpr std::uint32_t kBlock = 16;
  [[nodiscard]] ARCHIPELAGO_INLINE std::uint32_t covered_bits(float x, float z, float const* xs,
                                                              float const* zs) const {
    Lanes::Floats dx, dz;
    std::memcpy(&dx, xs, sizeof dx);
    std::memcpy(&dz, zs, sizeof dz);
    dx -= x;
    dz -= z;
    Lanes::Floats const d = dx * dx + dz * dz;
    Lanes::Mask const surely = d <= surely_, perhaps = d <= perhaps_;
    auto sure = Lanes::bits(&surely);
    auto doubts = sure ^ Lanes::bits(&perhaps);
    for (; doubts != 0; doubts &= doubts - 1) {
      auto const i = static_cast<std::uint32_t>(std::countr_zero(doubts));
      if (covers_exactly(x, z, xs[i], zs[i])) sure |= 1U << i;
    }
    return sure;
  }

  /// The gap between two ranges on either axis, as they are compared to a distance.
  [[nodiscard]] bool covers_gap(float gap_x, float gap_z) const {
    double const dx = gap_x > 0 ? gap_x : 0, dz = gap_z > 0 ? gap_z : 0;
    return dx * dx + dz * dz <= exact_ * (1 + kDoubt);
  }

  [[nodiscard]] double squared() const { return exact_; }

 private:
  [[nodiscard]] bool covers_exactly(double ax, double az, double bx, double bz) const {
    double const dx = ax - bx, dz = az - bz;
    return dx * dx + dz * dz <= exact_;
  }

  static constexpr double kDoubt = 1e-6;  ///< more than the relative error of the float's sum
  double exact_;
  float surely_, perhaps_;
};

}  // namespace archipelago::engine
