// Whole numbers in base 36, as ids of islands count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace archipelago {

/// Lower case, no leading zeros; "0" for 0.
inline std::string base36(std::uint64_t value) {
  std::string digits;
  do digits += "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36];
  while ((value /= 36) != 0);
  std::ranges::reverse(digits);
  return digits;
}

}  // namespace archipelago
