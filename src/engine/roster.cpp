// Sorting core members by island, and the boxes around them.
#include "engine/roster.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/vectors.hpp"

namespace archipelago::engine {
namespace {

struct Range {
  float least, most;
};

/// Of one value or more. The last sixteen overlap those before, so that none is left over.
Range range(float const* values, Index count) {
  if (count < Lanes::kCount) {
    auto const [least, most] = std::minmax_element(values, values + count);
    return {*least, *most};
  }
  Lanes::Floats least, most, next;
  std::memcpy(&least, values, sizeof least);
  most = least;
  for (Index i = Lanes::kCount; i < count; i += Lanes::kCount) {
    std::memcpy(&next, values + std::min(i, count - Lanes::kCount), sizeof next);
    least = least < next ? least : next;
    most = most > next ? most : next;
  }
  most = -most;
  return {Lanes::least(&least), -Lanes::least(&most)};
}

}  // namespace

void Roster::build(Bodies const& bodies, Index cores, IslandTable& islands) {
  auto const* const all = bodies.body.data();
  resize_closely(next_, islands.row_count());
  auto* const next = next_.data();
  Index sum = 0;
  for (Index row = 0; row < islands.row_count(); ++row) {
    auto& island = islands[row];
    island.first = next[row] = sum;
    island.cores = island.size - island.guests;
    island.lost = false;
    sum += island.cores;
  }
  resize_closely(body_, sum);
  resize_closely(x_, sum);
  resize_closely(z_, sum);
  auto* const body = body_.data();
  auto *const xs = x_.data(), *const zs = z_.data();
  auto const *const x = bodies.x.data(), *const z = bodies.z.data();
  for (Index i = 0; i < cores; ++i) {
    auto const row = all[i].island;
    if (row == kNone) continue;
    auto const o = next[row]++;
    body[o] = i;
    xs[o] = x[i];
    zs[o] = z[i];
  }
}

void Roster::absorb(Island& into, Island const& from) {
  auto const first = static_cast<Index>(body_.size());
  for (auto const* part : {&std::as_const(into), &from})
    for (auto i = part->first; i < part->first + part->cores; ++i) {
      make_room(body_);
      make_room(x_);
      make_room(z_);
      body_.push_back(body_[i]);
      x_.push_back(x_[i]);
      z_.push_back(z_[i]);
    }
  into.first = first;
  into.cores += from.cores;
}

void Roster::frame(Island& island) const {
  auto const x = range(x_.data() + island.first, island.cores);
  auto const z = range(z_.data() + island.first, island.cores);
  island.min_x = x.least;
  island.max_x = x.most;
  island.min_z = z.least;
  island.max_z = z.most;
}

}  // namespace archipelago::engine
