// The inner loop of all searches for somebody near.
#include "engine/reach.hpp"

#include <algorithm>

namespace archipelago::engine {

bool Reach::covers_any(float x, float z, float const* xs, float const* zs,
                       std::size_t count) const {
  constexpr std::size_t kBlock = 16;
  for (std::size_t from = 0; from < count; from += kBlock) {
    auto const n = std::min(kBlock, count - from);
    float nearest = perhaps_ * 2;
    for (std::size_t i = 0; i < n; ++i) {
      float const dx = xs[from + i] - x, dz = zs[from + i] - z;
      float const d = dx * dx + dz * dz;
      nearest = d < nearest ? d : nearest;
    }
    if (nearest <= surely_) return true;
    if (nearest > perhaps_) continue;
    for (std::size_t i = from; i < from + n; ++i)
      if (covers(x, z, xs[i], zs[i])) return true;
  }
  return false;
}

}  // namespace archipelago::engine
