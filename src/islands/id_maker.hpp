// Names of islands that are never given twice, not even after a restart (ENGINE.md 1).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace archipelago::islands {

inline constexpr std::size_t kMaxPrefixBytes = 32;

/// One line on what is wrong with a prefix: it may have up to 32 of [0-9A-Za-z-].
[[nodiscard]] std::optional<std::string> problem_with_prefix(std::string_view prefix);

/// [0-9A-Za-z._-], 1 to 64 of them, as ids of rooms are: what may stand in a path, a log line and a
/// table of ours when another process says it.
[[nodiscard]] constexpr bool is_island_id(std::string_view id) {
  constexpr std::size_t kLongest = 64;
  if (id.empty() || id.size() > kLongest) return false;
  for (char const c : id) {
    bool const fine = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '.' || c == '_' || c == '-';
    if (!fine) return false;
  }
  return true;
}

/// `a` was given out before `b`, as far as ids of one prefix tell: by epoch, then by counter; in
/// both the shorter number is the smaller one. A strict order of any texts.
[[nodiscard]] bool older_id(std::string_view a, std::string_view b);

/// `<prefix><epoch>-`, at most 52 characters: what all ids of one run begin with. Throws
/// std::invalid_argument for a wrong prefix.
[[nodiscard]] std::string island_id_head(std::string_view prefix, WallTime started, Random& random);

/// Makes `<prefix><epoch>-<counter>`, at most 64 characters of [0-9A-Za-z-]; counter in base 36
/// from 1. The epoch is the millisecond of the start and four random characters: two runs share one
/// only if they started in the same millisecond by the wall clock (which may have been set back)
/// and drew the same of 1.7 million values. Copies of the maker share one counter. One thread.
/// Throws std::invalid_argument for a wrong prefix.
[[nodiscard]] std::function<std::string()> island_ids(std::string_view prefix, WallTime started,
                                                      Random& random);

}  // namespace archipelago::islands
