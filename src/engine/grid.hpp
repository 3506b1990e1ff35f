// Square cells so small that players of one cell are always within join distance of each other.
// Sorts the players by cell; memory depends on how many there are, never on how far apart they are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "engine/bodies.hpp"
#include "engine/reach.hpp"

namespace archipelago::engine {

class Grid {
 public:
  /// `join` in metres.
  explicit Grid(double join);

  /// How many there are of each kind, and how far core members reach.
  struct Extent {
    void include(Body const& body, float x, float z) {
      if ((body.flags & (kGuest | kGone)) != 0) {
        ++(body.is(kGone) ? gone : guests);
        return;
      }
      min_x = std::min(min_x, x);
      max_x = std::max(max_x, x);
      min_z = std::min(min_z, z);
      max_z = std::max(max_z, z);
    }

    static constexpr float kFar = std::numeric_limits<float>::max();
    float min_x = kFar, min_z = kFar, max_x = -kFar, max_z = -kFar;
    Index guests = 0, gone = 0;
  };

  /// Sweeps out who has gone, sorts core members by cell (row by row, stable) and puts guests last.
  /// What was seen of them becomes where they are.
  /// `extent`: of all bodies.
  void sort(Bodies& bodies, Raw<Body>& spare, Extent const& extent);

  [[nodiscard]] Index cell_count() const { return static_cast<Index>(keys_.size()); }
  [[nodiscard]] Index begin(Index cell) const { return starts_[cell]; }
  [[nodiscard]] Index end(Index cell) const { return starts_[cell + 1]; }
  [[nodiscard]] Index core_count() const { return starts_.empty() ? 0 : starts_.back(); }
  /// Of a core member.
  [[nodiscard]] Index cell_of(Index body) const { return cell_of_[body]; }

  /// Calls see(cell, first, last) for every cell and each run [first, last) of later cells that may
  /// hold players within join distance. O(cells).
  static constexpr Index kMostInRun = 8;
  template <class See>
  void each_neighbourhood(See see) const;

  /// Calls see(first, last) for the runs of cells that may hold somebody within join distance of
  /// the point, its own row first. O(log cells), where the world is dense O(1).
  template <class See>
  void each_run_around(float x, float z, See see) const;

 private:
  using Key = std::uint64_t;       ///< row in the upper half, column in the lower one
  static constexpr int kSpan = 2;  ///< cells apart on an axis, at most, if within join
  template <class See>
  void each_sparse_neighbourhood(See see) const;
  static Key key(std::int64_t row, std::int64_t column) {
    return (static_cast<Key>(row) << 32U) | static_cast<Key>(column);
  }
  [[nodiscard]] std::int64_t line(float v, double origin) const;
  [[nodiscard]] Index first_at_or_after(Key wanted) const;
  /// The cells of a row from column `left` to `right`.
  [[nodiscard]] std::pair<Index, Index> run(std::int64_t row, std::int64_t left,
                                            std::int64_t right) const;

  void measure(Extent extent, Index people);
  void sort_dense(Bodies& bodies, Body* sorted);
  void number_cells(Bodies const& bodies);
  void count_up();
  void rank_cells();
  void sort_sparse(Bodies& bodies, Body* sorted);
  void fill_cells();

  double per_side_;  ///< cells a metre
  double min_x_ = 0, min_z_ = 0;
  std::uint64_t columns_ = 0, rows_ = 0;
  Index cores_ = 0, guests_ = 0, gone_ = 0;
  std::vector<Key> keys_;       ///< of the cells that hold somebody, ascending
  std::vector<Index> starts_;   ///< their first player; one more at the end
  std::vector<Index> cell_of_;  ///< while sorting: the number in the table
  /// By row and column, where the world is dense: how many cells before hold somebody. Empty where
  /// it is not.
  std::vector<Index> table_;
};

template <class See>
void Grid::each_neighbourhood(See see) const {
  if (table_.empty()) return each_sparse_neighbourhood(see);
  auto const* const table = table_.data();
  auto const columns = static_cast<Index>(columns_), rows = static_cast<Index>(rows_);
  for (Index cell = 0, count = cell_count(); cell < count; ++cell) {
    auto const row = static_cast<Index>(keys_[cell] >> 32U),
               column = static_cast<Index>(keys_[cell]);
    auto const left = column < kSpan ? 0 : column - kSpan;
    auto const behind = std::min(column + kSpan + 1, columns);
    auto const* line = table + std::size_t{row} * columns;
    if (cell + 1 < line[behind]) see(cell, cell + 1, line[behind]);
    for (auto below = row + 1; below < std::min(row + kSpan + 1, rows); ++below) {
      line += columns;
      if (line[left] < line[behind]) see(cell, line[left], line[behind]);
    }
  }
}

template <class See>
void Grid::each_sparse_neighbourhood(See see) const {
  auto const* const keys = keys_.data();
  auto const count = cell_count();
  Index first[kSpan + 1] = {}, last[kSpan + 1] = {};  // by row downwards; both only go on
  for (Index cell = 0; cell < count; ++cell) {
    auto const row = static_cast<std::int64_t>(keys[cell] >> 32U);
    auto const column = static_cast<std::int64_t>(keys[cell] & 0xFFFF'FFFFU);
    first[0] = cell + 1;
    for (int down = 0; down <= kSpan; ++down) {
      auto const left = key(row + down, column < kSpan ? 0 : column - kSpan);
      auto const right = key(row + down, column + kSpan);
      if (down != 0)
        while (first[down] < count && keys[first[down]] < left) ++first[down];
      last[down] = std::max(last[down], first[down]);
      while (last[down] < count && keys[last[down]] <= right) ++last[down];
      if (last[down] > first[down]) see(cell, first[down], last[down]);
    }
  }
}

template <class See>
void Grid::each_run_around(float x, float z, See see) const {
  auto const row = line(z, min_z_), column = line(x, min_x_);
  if (column + kSpan < 0) return;
  for (auto const down : {0, 1, -1, 2, -2}) {
    if (row + down < 0) continue;
    auto const [first, last] = run(row + down, column < kSpan ? 0 : column - kSpan, column + kSpan);
    if (last > first) see(first, last);
  }
}

}  // namespace archipelago::engine
