// Sorting players into cells: by counting where the world is dense, by comparing where it is not.
#include "engine/grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace archipelago::engine {
namespace {

// Counting is right up to this many cells a player, and for small worlds.
constexpr std::uint64_t kCellsPerPlayer = 2;
constexpr std::uint64_t kSmallWorld = 1U << 16U;
// So that two players of one cell are within join whatever the rounding.
constexpr double kSlack = 1 + 1e-9;

}  // namespace

Grid::Grid(double join) : per_side_(std::numbers::sqrt2 / join * kSlack) {}

std::int64_t Grid::line(float v, double origin) const {
  return static_cast<std::int64_t>(std::floor((static_cast<double>(v) - origin) * per_side_));
}

Index Grid::first_at_or_after(Key wanted) const {
  return static_cast<Index>(std::ranges::lower_bound(keys_, wanted) - keys_.begin());
}

void Grid::sort(Bodies& bodies, Bodies& spare) {
  measure(bodies);
  spare.resize(std::size_t{cores_} + guests_);
  keys_.clear();
  starts_.clear();
  bool const dense = columns_ * rows_ <= std::max(kSmallWorld, kCellsPerPlayer * cores_);
  if (dense)
    sort_dense(bodies, spare);
  else
    sort_sparse(bodies, spare);
  append_guests(bodies, spare);
  bodies.swap(spare);
  cell_of_.resize(cores_);
  for (Index cell = 0; cell < cell_count(); ++cell)
    std::fill(cell_of_.begin() + begin(cell), cell_of_.begin() + end(cell), cell);
}

void Grid::measure(Bodies const& bodies) {
  constexpr float kFar = std::numeric_limits<float>::max();
  float min_x = kFar, min_z = kFar, max_x = -kFar, max_z = -kFar;
  cores_ = guests_ = 0;
  for (Index i = 0; i < bodies.size(); ++i) {
    if (bodies.body[i].is(kGone)) continue;
    if (bodies.body[i].is(kGuest)) {
      ++guests_;
      continue;
    }
    ++cores_;
    min_x = std::min(min_x, bodies.x[i]);
    max_x = std::max(max_x, bodies.x[i]);
    min_z = std::min(min_z, bodies.z[i]);
    max_z = std::max(max_z, bodies.z[i]);
  }
  if (cores_ == 0) min_x = min_z = max_x = max_z = 0;
  min_x_ = min_x;
  min_z_ = min_z;
  columns_ = static_cast<std::uint64_t>(line(max_x, min_x_)) + 1;
  rows_ = static_cast<std::uint64_t>(line(max_z, min_z_)) + 1;
}

void Grid::copy(Bodies const& from, Index i, Bodies& to, Index o) {
  to.x[o] = from.x[i];
  to.z[o] = from.z[i];
  to.body[o] = from.body[i];
}

void Grid::sort_dense(Bodies const& bodies, Bodies& sorted) {
  std::vector<Index> next(columns_ * rows_ + 1);
  cell_of_.resize(bodies.size());
  auto const columns = static_cast<Index>(columns_);
  for (Index i = 0; i < bodies.size(); ++i) {
    if (bodies.body[i].is(kGone) || bodies.body[i].is(kGuest)) {
      cell_of_[i] = kNone;
      continue;
    }
    // Truncation is rounding down here: nobody is below the origin.
    auto const row = static_cast<Index>((static_cast<double>(bodies.z[i]) - min_z_) * per_side_);
    auto const column = static_cast<Index>((static_cast<double>(bodies.x[i]) - min_x_) * per_side_);
    ++next[cell_of_[i] = row * columns + column];
  }
  Index sum = 0;
  for (Index cell = 0; cell < next.size(); ++cell) {
    auto const count = std::exchange(next[cell], sum);
    if (count == 0) continue;
    keys_.push_back(key(cell / columns, cell % columns));
    starts_.push_back(sum);
    sum += count;
  }
  if (sum != 0) starts_.push_back(sum);
  for (Index i = 0; i < bodies.size(); ++i)
    if (cell_of_[i] != kNone) copy(bodies, i, sorted, next[cell_of_[i]]++);
}

void Grid::sort_sparse(Bodies const& bodies, Bodies& sorted) {
  std::vector<std::pair<Key, Index>> order;
  order.reserve(cores_);
  for (Index i = 0; i < bodies.size(); ++i)
    if (!bodies.body[i].is(kGone) && !bodies.body[i].is(kGuest))
      order.emplace_back(key(line(bodies.z[i], min_z_), line(bodies.x[i], min_x_)), i);
  std::ranges::sort(order);
  for (Index o = 0; o < cores_; ++o) {
    if (o == 0 || order[o].first != order[o - 1].first) {
      keys_.push_back(order[o].first);
      starts_.push_back(o);
    }
    copy(bodies, order[o].second, sorted, o);
  }
  if (cores_ != 0) starts_.push_back(cores_);
}

void Grid::append_guests(Bodies const& bodies, Bodies& sorted) const {
  if (guests_ == 0) return;
  Index o = cores_;
  for (Index i = 0; i < bodies.size(); ++i)
    if (bodies.body[i].is(kGuest) && !bodies.body[i].is(kGone)) copy(bodies, i, sorted, o++);
}

}  // namespace archipelago::engine
