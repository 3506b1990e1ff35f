// Which of the points of one island hang together at a distance.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/disjoint_sets.hpp"
#include "engine/reach.hpp"

namespace archipelago::engine {

class Linker {
 public:
  /// Numbers the groups 0.. of one point or more by their first point and returns how many there
  /// are. Fast where points come in the grid's order; any order is right.
  std::uint32_t link(std::span<float const> x, std::span<float const> z, Reach const& reach);

  /// After link(): the group of a point, and how many points a group has.
  [[nodiscard]] std::uint32_t group(std::size_t point) const { return group_[point]; }
  [[nodiscard]] std::uint32_t count(std::uint32_t group) const { return counts_[group]; }

  /// Elementary steps since it was last asked.
  std::uint64_t take_work() { return std::exchange(work_, 0); }

 private:
  /// Up to here a search that looks at everybody not reached yet is fastest.
  static constexpr std::uint32_t kFew = 128;
  using Bits = unsigned __int128;  ///< one for each of few

  std::uint32_t link_few(std::span<float const> x, std::span<float const> z, Reach const& reach);
  ARCHIPELAGO_VECTORISED Bits reach_back(Reach const& reach);
  ARCHIPELAGO_VECTORISED Bits reach_on(Bits reached, Reach const& reach);
  [[nodiscard]] ARCHIPELAGO_INLINE Bits around(std::uint32_t point, Reach const& reach);
  [[nodiscard]] ARCHIPELAGO_INLINE std::uint64_t around(std::uint32_t point, std::uint32_t first,
                                                        std::uint32_t last,
                                                        Reach const& reach) const;
  void link_likely(std::span<float const> x, std::span<float const> z, Reach const& reach);
  void link_rest(std::span<float const> x, std::span<float const> z, Reach const& reach);
  std::uint32_t number();

  DisjointSets sets_;
  std::uint32_t groups_ = 0;
  std::vector<std::uint32_t> group_, counts_;
  // Of few:
  std::array<float, kFew> x_{}, z_{};
  std::uint32_t few_ = 0;
  Bits left_ = 0;  ///< who is not reached yet
  std::uint64_t work_ = 0;
};

}  // namespace archipelago::engine
