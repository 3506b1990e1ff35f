// Sorting by numbers, digit by digit: linear, and stable.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/bodies.hpp"

namespace archipelago::engine {

struct Numbered {
  std::uint64_t number;
  Index row;
};

/// The lowest digit first; a digit that all have in common costs one look.
inline void sort_by_number(std::vector<Numbered>& list) {
  constexpr unsigned kBits = 11;  // of a digit
  std::vector<Numbered> other(list.size());
  for (unsigned shift = 0; shift < 64; shift += kBits) {
    std::array<Index, (1U << kBits) + 1> next{};
    auto const digit = [shift](Numbered const& n) {
      return n.number >> shift & ((1U << kBits) - 1);
    };
    for (auto const& n : list) ++next[digit(n) + 1];
    if (list.empty() || next[digit(list[0]) + 1] == list.size()) continue;
    std::partial_sum(next.begin(), next.end(), next.begin());
    for (auto const& n : list) other[next[digit(n)]++] = n;
    list.swap(other);
  }
}

}  // namespace archipelago::engine
