// Links what is likely near in the order of the grid first; what is still apart is searched for.
#include "engine/linker.hpp"

namespace archipelago::engine {
namespace {
constexpr std::uint32_t kUnnumbered = 0xFFFF'FFFF;
}

std::uint32_t Linker::link(std::span<float const> x, std::span<float const> z, Reach const& reach) {
  auto const n = static_cast<std::uint32_t>(x.size());
  sets_.reset(n);
  groups_ = n;
  work_ += n;
  link_likely(x, z, reach);
  if (groups_ > 1) link_rest(x, z, reach);
  return number();
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
