// Square cells so small that players of one cell are always within join distance of each other.
// Sorts the players by cell; memory depends on how many there are, never on how far apart they are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/bodies.hpp"
#include "engine/reach.hpp"

namespace archipelago::engine {

class Grid {
 public:
  /// `join` in metres.
  explicit Grid(double join);

  /// Sweeps out who has gone, sorts core members by cell (row by row, stable) and puts guests last.
  void sort(Bodies& bodies, Bodies& spare);

  [[nodiscard]] Index cell_count() const { return static_cast<Index>(keys_.size()); }
  [[nodiscard]] Index begin(Index cell) const { return starts_[cell]; }
  [[nodiscard]] Index end(Index cell) const { return starts_[cell + 1]; }
  [[nodiscard]] Index core_count() const { return starts_.empty() ? 0 : starts_.back(); }
  /// Of a core member.
  [[nodiscard]] Index cell_of(Index body) const { return cell_of_[body]; }

  /// Calls see(cell, first, last) for every cell and each run [first, last) of later cells that may
  /// hold players within join distance. O(cells).
  template <class See>
  void each_neighbourhood(See see) const;

  /// Calls see(first, last) for the runs of cells that may hold somebody within join distance of
  /// the point, its own row first. O(log cells).
  template <class See>
  void each_run_around(float x, float z, See see) const;

 private:
  using Key = std::uint64_t;                ///< row in the upper half, column in the lower one
  static constexpr std::int64_t kSpan = 2;  ///< cells apart on an axis, at most, if within join
  static Key key(std::int64_t row, std::int64_t column) {
    return (static_cast<Key>(row) << 32U) | static_cast<Key>(column);
  }
  [[nodiscard]] std::int64_t line(float v, double origin) const;
  [[nodiscard]] Index first_at_or_after(Key wanted) const;

  void measure(Bodies const& bodies);
  void sort_dense(Bodies const& bodies, Bodies& sorted);
  void sort_sparse(Bodies const& bodies, Bodies& sorted);
  static void copy(Bodies const& from, Index i, Bodies& to, Index o);
  void append_guests(Bodies const& bodies, Bodies& sorted) const;

  double per_side_;  ///< cells a metre
  double min_x_ = 0, min_z_ = 0;
  std::uint64_t columns_ = 0, rows_ = 0;
  Index cores_ = 0, guests_ = 0;
  std::vector<Key> keys_;       ///< of the cells that hold somebody, ascending
  std::vector<Index> starts_;   ///< their first player; one more at the end
  std::vector<Index> cell_of_;  ///< while sorting: the dense cell number
};

template <class See>
void Grid::each_neighbourhood(See see) const {
  Index next[kSpan + 1] = {};
  for (Index cell = 0; cell < cell_count(); ++cell) {
    auto const row = static_cast<std::int64_t>(keys_[cell] >> 32U);
    auto const column = static_cast<std::int64_t>(keys_[cell] & 0xFFFF'FFFFU);
    Index last = cell + 1;
    while (last < cell_count() && keys_[last] <= key(row, column + kSpan)) ++last;
    if (last > cell + 1) see(cell, cell + 1, last);
    for (int down = 1; down <= kSpan; ++down) {
      auto& first = next[down];
      auto const left = key(row + down, column < kSpan ? 0 : column - kSpan);
      while (first < cell_count() && keys_[first] < left) ++first;
      last = first;
      while (last < cell_count() && keys_[last] <= key(row + down, column + kSpan)) ++last;
      if (last > first) see(cell, first, last);
    }
  }
}

template <class See>
void Grid::each_run_around(float x, float z, See see) const {
  auto const row = line(z, min_z_), column = line(x, min_x_);
  for (auto const down : {0, 1, -1, 2, -2}) {
    if (row + down < 0 || column + kSpan < 0) continue;
    auto const first = first_at_or_after(key(row + down, column < kSpan ? 0 : column - kSpan));
    Index last = first;
    while (last < cell_count() && keys_[last] <= key(row + down, column + kSpan)) ++last;
    if (last > first) see(first, last);
  }
}

}  // namespace archipelago::engine
