// The inner loop of all searches for somebody near.
#include "engine/reach.hpp"

namespace archipelago::engine {

ARCHIPELAGO_VECTORISED bool Reach::covers_any(float x, float z, float const* xs, float const* zs,
                                              std::size_t count) const {
  std::size_t i = 0;
  for (; i + kBlock <= count; i += kBlock)
    if (covered_bits(x, z, xs + i, zs + i) != 0) return true;
  for (; i < count; ++i)
    if (covers(x, z, xs[i], zs[i])) return true;
  return false;
}

}  // namespace archipelago::engine
