// Sorting by numbers, digit by digit: linear, and stable.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <numeric>

#include "engine/bodies.hpp"

namespace archipelago::engine {

struct Numbered {
  std::uint64_t number;
  Index row;
};

/// The lowest digit first. A digit begins with a bit that is not the same in all numbers: texts and
/// places have few such bits.
inline void sort_by_number(Raw<Numbered>& list) {
  constexpr unsigned kBits = 11;  // of a digit
  constexpr std::uint64_t kDigit = (1U << kBits) - 1;
  std::uint64_t differ = 0;
  for (auto const& n : list) differ |= n.number ^ list[0].number;
  Raw<Numbered> other(list.size());
  while (differ != 0) {
    auto const shift = std::countr_zero(differ);
    differ &= ~(kDigit << shift);
    auto const digit = [shift](Numbered const& n) { return n.number >> shift & kDigit; };
    std::array<Index, kDigit + 2> next{};
    for (auto const& n : list) ++next[digit(n) + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    for (auto const& n : list) other[next[digit(n)]++] = n;
    list.swap(other);
  }
}

}  // namespace archipelago::engine
