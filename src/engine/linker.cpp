// Links what is likely near in the order of the grid first; what is still apart is searched for.
#include "engine/linker.hpp"

#include <algorithm>
#include <bit>

namespace archipelago::engine {
namespace {
constexpr std::uint32_t kUnnumbered = 0xFFFF'FFFF;

using Bits = unsigned __int128;

constexpr int kSweeps = 2;  // what the first leaves hangs on somebody behind

Bits bit(std::uint32_t point) {
  return Bits{1} << point;
}

std::uint32_t lowest(Bits bits) {
  auto const low = static_cast<std::uint64_t>(bits);
  return static_cast<std::uint32_t>(
      low != 0 ? std::countr_zero(low)
               : 64 + std::countr_zero(static_cast<std::uint64_t>(bits >> 64)));
}

std::uint32_t count_of(Bits bits) {
  return static_cast<std::uint32_t>(std::popcount(static_cast<std::uint64_t>(bits)) +
                                    std::popcount(static_cast<std::uint64_t>(bits >> 64)));
}
}  // namespace

std::uint32_t Linker::link(std::span<float const> x, std::span<float const> z, Reach const& reach) {
  auto const n = static_cast<std::uint32_t>(x.size());
  if (n <= kFew) return link_few(x, z, reach);
  sets_.reset(n);
  groups_ = n;
  work_ += n;
  link_likely(x, z, reach);
  if (groups_ > 1) link_rest(x, z, reach);
  return number();
}

std::uint32_t Linker::link_few(std::span<float const> x, std::span<float const> z,
                               Reach const& reach) {
  few_ = static_cast<std::uint32_t>(x.size());
  std::ranges::copy(x, x_.begin());
  std::ranges::copy(z, z_.begin());
  left_ = ~Bits{0} >> (kFew - few_);
  group_.assign(few_, 0);
  counts_.clear();
  auto reached = reach_back(reach);
  while (true) {
    reached = reach_on(reached, reach);
    auto const group = static_cast<std::uint32_t>(counts_.size());
    counts_.push_back(count_of(reached));
    if (group != 0)
      for (auto rest = reached; rest != 0; rest &= rest - 1) group_[lowest(rest)] = group;
    if (left_ == 0) break;
    reached = bit(lowest(left_));
    left_ ^= reached;
  }
  return static_cast<std::uint32_t>(counts_.size());
}

/// Who is near a point, by bits.
ARCHIPELAGO_INLINE Linker::Bits Linker::around(std::uint32_t point, Reach const& reach) {
  work_ += few_;
  auto const low = around(point, 0, std::min(few_, 64U), reach);
  if (few_ <= 64) return low;
  return Bits{around(point, 64, few_, reach)} << 64 | low;
}

/// Of those from `first` to before `last`.
ARCHIPELAGO_INLINE std::uint64_t Linker::around(std::uint32_t point, std::uint32_t first,
                                                std::uint32_t last, Reach const& reach) const {
  std::uint64_t near = 0;
  for (auto base = first; base < last; base += Reach::kBlock)
    near |= std::uint64_t{reach.covered_bits(x_[point], z_[point], &x_[base], &z_[base])}
            << (base - first);
  return near;
}

/// The group of the first point, as far as it is found quickly: in the order of the grid, everybody
/// is likely near somebody before.
ARCHIPELAGO_VECTORISED Linker::Bits Linker::reach_back(Reach const& reach) {
  Bits reached = 1;
  left_ ^= reached;
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (auto rest = left_; rest != 0;) {
      auto const point = lowest(rest);
      auto const near = around(point, reach);
      rest &= rest - 1;
      if ((near & reached) == 0) continue;
      auto const found = (near & left_) | bit(point);
      reached |= found;
      left_ &= ~found;
      rest &= ~found;
    }
  return reached;
}

/// Adds all who hang together with those reached.
ARCHIPELAGO_VECTORISED Linker::Bits Linker::reach_on(Bits reached, Reach const& reach) {
  for (auto from = reached; from != 0 && left_ != 0;) {
    auto const found = around(lowest(from), reach) & left_;
    from = (from & (from - 1)) | found;
    reached |= found;
    left_ ^= found;
  }
  return reached;
}

/// The point before, and those above in the row before: rows begin where x falls far back.
void Linker::link_likely(std::span<float const> x, std::span<float const> z, Reach const& reach) {
  std::uint32_t row = 0, above = 0;
  auto const try_link = [&](std::uint32_t a, std::uint32_t b) {
    if (!reach.covers(x[a], z[a], x[b], z[b])) return;
    auto const ra = sets_.root(a), rb = sets_.root(b);
    if (ra == rb) return;
    sets_.unite_roots(ra, rb);
    --groups_;
  };
  auto const step = static_cast<float>(reach.squared());
  for (std::uint32_t i = 1; i < x.size() && groups_ > 1; ++i) {
    auto const back = x[i - 1] - x[i];
    if (back > 0 && back * back > step) {
      above = row;
      row = i;
    }
    try_link(i - 1, i);
    while (above + 1 < row && x[above + 1] <= x[i]) ++above;
    if (above < row) try_link(above, i);
    if (above + 1 < row) try_link(above + 1, i);
  }
}

/// Everybody outside the largest group looks for others. Who is in it need not: whoever is near to
/// it finds it.
void Linker::link_rest(std::span<float const> x, std::span<float const> z, Reach const& reach) {
  auto const n = static_cast<std::uint32_t>(x.size());
  std::uint32_t main = sets_.root(0);
  for (std::uint32_t i = 0; i < n; ++i)
    if (sets_.root(i) == i && sets_.weight(i) > sets_.weight(main)) main = i;
  for (std::uint32_t i = 0; i < n && groups_ > 1; ++i) {
    if (sets_.root(i) == main) continue;
    work_ += n;
    for (std::uint32_t j = 0; j < n; ++j) {
      if (!reach.covers(x[i], z[i], x[j], z[j])) continue;
      auto const a = sets_.root(i), b = sets_.root(j);
      if (a == b) continue;
      sets_.unite_roots(a, b);
      --groups_;
      main = sets_.root(main);
      if (sets_.root(i) == main) break;
    }
  }
}

std::uint32_t Linker::number() {
  auto const n = static_cast<std::uint32_t>(sets_.size());
  group_.assign(n, kUnnumbered);
  counts_.clear();
  for (std::uint32_t i = 0; i < n; ++i) {
    auto const root = sets_.root(i);  // never after i: the smallest is the root
    if (root == i) {
      group_[i] = static_cast<std::uint32_t>(counts_.size());
      counts_.push_back(0);
    } else {
      group_[i] = group_[root];
    }
    ++counts_[group_[i]];
  }
  return static_cast<std::uint32_t>(counts_.size());
}

}  // namespace archipelago::engine
