// Links what is likely near in the order of the grid first; what is still apart is searched for.
#include "engine/linker.hpp"

#include <algorithm>
#include <bit>

namespace archipelago::engine {
namespace {
constexpr std::uint32_t kUnnumbered = 0xFFFF'FFFF;
}

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
  auto const n = static_cast<std::uint32_t>(x.size());
  std::ranges::copy(x, x_.begin());
  std::ranges::copy(z, z_.begin());
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    auto const first = std::min(n, block * Reach::kBlock);
    left_[block] = (1U << std::min(n - first, Reach::kBlock)) - 1;
  }
  group_.resize(n);
  counts_.clear();
  for (std::uint32_t block = 0; block < kBlocks; ++block)
    while (left_[block] != 0)
      reach_from(block * Reach::kBlock + static_cast<std::uint32_t>(std::countr_zero(left_[block])),
                 reach);
  return static_cast<std::uint32_t>(counts_.size());
}

/// Makes a group of a point and all who hang together with it. Looks from the latest found first:
/// it is farthest from what was seen.
ARCHIPELAGO_VECTORISED void Linker::reach_from(std::uint32_t first, Reach const& reach) {
  auto const group = static_cast<std::uint32_t>(counts_.size());
  auto* const groups = group_.data();
  std::uint32_t count = 1, all_left = 0;
  left_[first / Reach::kBlock] &= ~(1U << first % Reach::kBlock);
  for (auto const bits : left_) all_left += static_cast<std::uint32_t>(std::popcount(bits));
  queue_[0] = first;
  groups[first] = group;
  for (std::uint32_t queued = 1; queued != 0 && count <= all_left;) {
    auto const from = queue_[--queued];
    for (std::uint32_t block = 0; block < kBlocks; ++block) {
      if (left_[block] == 0) continue;
      work_ += Reach::kBlock;
      auto const base = block * Reach::kBlock;
      auto found = left_[block] & reach.covered_bits(x_[from], z_[from], &x_[base], &z_[base]);
      left_[block] ^= found;
      for (; found != 0; found &= found - 1) {
        auto const point = base + static_cast<std::uint32_t>(std::countr_zero(found));
        groups[point] = group;
        queue_[queued++] = point;
        ++count;
      }
    }
  }
  counts_.push_back(count);
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
