// Core members by island, with their positions side by side.
#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "engine/bodies.hpp"
#include "engine/island_table.hpp"

namespace archipelago::engine {

class Roster {
 public:
  /// Of the first `cores` bodies; who has no island is left out. Sets first and cores of every
  /// island.
  void build(Bodies const& bodies, Index cores, IslandTable& islands);

  [[nodiscard]] std::span<Index> members(Island const& island) {
    return std::span(body_).subspan(island.first, island.cores);
  }
  [[nodiscard]] std::span<Index const> members(Island const& island) const {
    return std::span(body_).subspan(island.first, island.cores);
  }
  [[nodiscard]] std::span<float> xs(Island const& island) {
    return std::span(x_).subspan(island.first, island.cores);
  }
  [[nodiscard]] std::span<float> zs(Island const& island) {
    return std::span(z_).subspan(island.first, island.cores);
  }

  /// Gives `into` the members of `from` as well.
  void absorb(Island& into, Island const& from);

  /// Computes the box around an island that has core members.
  void frame(Island& island) const;

 private:
  std::vector<Index> body_;
  std::vector<float> x_, z_;
  std::vector<Index> next_;  ///< while building: by island, its next place
};

inline void Roster::build(Bodies const& bodies, Index cores, IslandTable& islands) {
  auto const* const all = bodies.body.data();
  next_.assign(islands.row_count(), 0);
  auto* const next = next_.data();
  for (Index i = 0; i < cores; ++i)
    if (auto const row = all[i].island; row != kNone) ++next[row];
  Index sum = 0;
  for (Index row = 0; row < islands.row_count(); ++row) {
    auto& island = islands[row];
    island.first = sum;
    island.cores = std::exchange(next[row], sum);
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

inline void Roster::absorb(Island& into, Island const& from) {
  auto const first = static_cast<Index>(body_.size());
  for (auto const* part : {&std::as_const(into), &from})
    for (auto i = part->first; i < part->first + part->cores; ++i) {
      body_.push_back(body_[i]);
      x_.push_back(x_[i]);
      z_.push_back(z_[i]);
    }
  into.first = first;
  into.cores += from.cores;
}

inline void Roster::frame(Island& island) const {
  auto const* x = x_.data() + island.first;
  auto const* z = z_.data() + island.first;
  float min_x = x[0], max_x = x[0], min_z = z[0], max_z = z[0];
  for (Index i = 1; i < island.cores; ++i) {
    min_x = std::min(min_x, x[i]);
    max_x = std::max(max_x, x[i]);
    min_z = std::min(min_z, z[i]);
    max_z = std::max(max_z, z[i]);
  }
  island.min_x = min_x;
  island.max_x = max_x;
  island.min_z = min_z;
  island.max_z = max_z;
}

}  // namespace archipelago::engine
