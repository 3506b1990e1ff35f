// Disjoint sets over 0..n-1 with a weight each (union-find with path halving; the smallest element
// is the root).
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace archipelago::engine {

class DisjointSets {
 public:
  void reset(std::uint32_t count) {
    parent_.resize(count);
    std::iota(parent_.begin(), parent_.end(), 0U);
    weight_.assign(count, 1);
  }

  /// No elements; room for `likely` is kept, not for far more.
  void clear(std::size_t likely) {
    for (auto* const list : {&parent_, &weight_}) {
      list->clear();
      if (list->capacity() > 4 * likely) list->shrink_to_fit();
    }
  }
  /// A set of one element more, of no weight yet.
  std::uint32_t add() {
    auto const a = static_cast<std::uint32_t>(parent_.size());
    parent_.push_back(a);
    weight_.push_back(0);
    return a;
  }

  [[nodiscard]] std::uint32_t root(std::uint32_t a) {
    auto* const parent = parent_.data();
    for (;;) {
      auto const up = parent[a], top = parent[up];
      if (up == top) return up;
      a = parent[a] = top;
    }
  }

  /// Both must be roots, and different. Returns the root of the union.
  std::uint32_t unite_roots(std::uint32_t a, std::uint32_t b) {
    if (b < a) std::swap(a, b);
    parent_[b] = a;
    weight_[a] += weight_[b];
    return a;
  }
  std::uint32_t unite(std::uint32_t a, std::uint32_t b) {
    a = root(a);
    b = root(b);
    return a == b ? a : unite_roots(a, b);
  }

  [[nodiscard]] std::size_t size() const { return parent_.size(); }

  /// Of a root.
  [[nodiscard]] std::uint32_t weight(std::uint32_t a) const { return weight_[a]; }
  void add_weight(std::uint32_t a, std::uint32_t weight) { weight_[a] += weight; }

 private:
  std::vector<std::uint32_t> parent_, weight_;
};

}  // namespace archipelago::engine
