// Sorting players into cells: by counting where the world is dense, by comparing where it is not.
#include "engine/grid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "engine/number_sort.hpp"

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

std::pair<Index, Index> Grid::run(std::int64_t row, std::int64_t left, std::int64_t right) const {
  if (table_.empty())
    return {first_at_or_after(key(row, left)), first_at_or_after(key(row, right + 1))};
  auto const columns = static_cast<std::int64_t>(columns_);
  if (row >= static_cast<std::int64_t>(rows_) || left >= columns) return {0, 0};
  auto const* const entry = table_.data() + row * columns;
  return {entry[left], entry[std::min(right + 1, columns)]};
}

void Grid::sort(Bodies& bodies, Raw<Body>& spare, Extent const& extent) {
  measure(extent, bodies.size());
  resize_closely(spare, bodies.size());
  if (columns_ * rows_ <= std::max(kSmallWorld, kCellsPerPlayer * cores_))
    sort_dense(bodies, spare.data());
  else
    sort_sparse(bodies, spare.data());
  bodies.body.swap(spare);
  release(spare);  // the steps after this one take the memory
  bodies.x.swap(bodies.seen_x);
  bodies.z.swap(bodies.seen_z);
  bodies.resize(std::size_t{cores_} + guests_);
  std::ranges::copy(bodies.x, bodies.seen_x.begin());
  std::ranges::copy(bodies.z, bodies.seen_z.begin());
  fill_cells();
}

void Grid::measure(Extent extent, Index people) {
  guests_ = extent.guests;
  gone_ = extent.gone;
  cores_ = people - guests_ - gone_;
  if (cores_ == 0) extent.min_x = extent.min_z = extent.max_x = extent.max_z = 0;
  min_x_ = extent.min_x;
  min_z_ = extent.min_z;
  columns_ = static_cast<std::uint64_t>(line(extent.max_x, min_x_)) + 1;
  rows_ = static_cast<std::uint64_t>(line(extent.max_z, min_z_)) + 1;
}

/// By counting. Guests have a cell of their own behind all others, and who has gone behind that.
void Grid::sort_dense(Bodies& bodies, Body* sorted) {
  number_cells(bodies);
  table_.assign(columns_ * rows_ + 2, 0);
  auto const* const cell = cell_of_.data();
  auto* const to = table_.data();
  auto const count = bodies.size();
  for (Index i = 0; i < count; ++i) ++to[cell[i]];
  count_up();
  auto const *const x = bodies.x.data(), *const z = bodies.z.data();
  auto *const sorted_x = bodies.seen_x.data(), *const sorted_z = bodies.seen_z.data();
  auto const* const body = bodies.body.data();
  for (Index i = 0; i < count; ++i) {
    auto const o = to[cell[i]]++;
    sorted_x[o] = x[i];
    sorted_z[o] = z[i];
    sorted[o] = body[i];
  }
  rank_cells();
}

/// Truncation is rounding down here: no core member is below the origin.
void Grid::number_cells(Bodies const& bodies) {
  auto const count = bodies.size();
  resize_closely(cell_of_, count);
  auto* const cell = cell_of_.data();
  auto const *const x = bodies.x.data(), *const z = bodies.z.data();
  auto const last_column = static_cast<double>(columns_ - 1);
  auto const last_row = static_cast<double>(rows_ - 1);
  auto const columns = static_cast<std::int32_t>(columns_);
  auto const min_x = min_x_, min_z = min_z_, per_side = per_side_;
  for (Index i = 0; i < count; ++i) {
    auto const column = (static_cast<double>(x[i]) - min_x) * per_side;
    auto const row = (static_cast<double>(z[i]) - min_z) * per_side;
    auto const c = static_cast<std::int32_t>(column < 0             ? 0
                                             : column < last_column ? column
                                                                    : last_column);
    auto const r = static_cast<std::int32_t>(row < 0 ? 0 : row < last_row ? row : last_row);
    cell[i] = static_cast<Index>(r * columns + c);
  }
  if (guests_ + gone_ == 0) return;
  auto const behind = static_cast<Index>(columns_ * rows_);
  auto const* const body = bodies.body.data();
  for (Index i = 0; i < count; ++i)
    if ((body[i].flags & (kGuest | kGone)) != 0) cell[i] = behind + (body[i].is(kGone) ? 1 : 0);
}

/// Turns counts into first places, and notes the cells that hold somebody: always where the next
/// one would be, for who is where cannot be predicted.
void Grid::count_up() {
  auto const used = static_cast<std::size_t>(
      std::ranges::count_if(table_, [](Index people) { return people != 0; }));
  resize_closely(keys_, used + 1);
  resize_closely(starts_, used + 1);
  Index sum = 0;
  std::size_t cells = 0;
  auto* count = table_.data();
  auto* const keys = keys_.data();
  auto* const starts = starts_.data();
  for (std::uint64_t row = 0; row < rows_; ++row)
    for (std::uint64_t column = 0; column < columns_; ++column, ++count) {
      keys[cells] = row << 32U | column;
      starts[cells] = sum;
      cells += *count != 0 ? 1 : 0;
      sum += std::exchange(*count, sum);
    }
  starts[cells] = sum;
  keys_.resize(cells);
  starts_.resize(cells == 0 ? 0 : cells + 1);
  count[1] = std::exchange(count[0], sum) + sum;
}

/// After sorting the table holds where each cell ends.
void Grid::rank_cells() {
  Index rank = 0, before = 0;
  for (auto& entry : table_) {
    Index const holds_somebody = entry != before ? 1 : 0;
    before = std::exchange(entry, rank);
    rank += holds_somebody;
  }
}

/// By comparing digits. Guests are behind all cells.
void Grid::sort_sparse(Bodies& bodies, Body* sorted) {
  release(table_);
  keys_.clear();
  starts_.clear();
  Raw<Numbered> order(std::size_t{cores_} + guests_);
  auto next = order.begin();
  for (Index i = 0; i < bodies.size(); ++i) {
    auto const& body = bodies.body[i];
    if (body.is(kGone)) continue;
    auto const row =
        body.is(kGuest) ? rows_ : static_cast<std::uint64_t>(line(bodies.z[i], min_z_));
    auto const column = body.is(kGuest) ? 0 : static_cast<std::uint64_t>(line(bodies.x[i], min_x_));
    *next++ = {row * columns_ + column, i};
  }
  sort_by_number(order);
  Index o = 0;
  for (auto const& [number, i] : order) {
    if (o < cores_ && (o == 0 || number != order[o - 1].number)) {
      keys_.push_back(key(static_cast<std::int64_t>(number / columns_),
                          static_cast<std::int64_t>(number % columns_)));
      starts_.push_back(o);
    }
    bodies.seen_x[o] = bodies.x[i];
    bodies.seen_z[o] = bodies.z[i];
    sorted[o++] = bodies.body[i];
  }
  if (cores_ != 0) starts_.push_back(cores_);
}

void Grid::fill_cells() {
  resize_closely(cell_of_, cores_);
  for (Index cell = 0, count = cell_count(); cell < count; ++cell)
    std::fill(cell_of_.data() + begin(cell), cell_of_.data() + end(cell), cell);
}

}  // namespace archipelago::engine
