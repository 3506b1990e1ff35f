// The inner loop of all searches for somebody near.
#include "engine/reach.hpp"

namespace archipelago::engine {

ARCHIPELAGO_VECTORISED std::size_t Reach::find(float x, float z, float const* xs, float const* zs,
                                               std::size_t count, std::size_t first) const {
  auto i = first;
  for (; i + kBlock <= count; i += kBlock)
    if (auto const bits = covered_bits(x, z, xs + i, zs + i); bits != 0)
      return i + static_cast<std::size_t>(std::countr_zero(bits));
  for (; i < count; ++i)
    if (covers(x, z, xs[i], zs[i])) return i;
  return count;
}

}  // namespace archipelago::engine
