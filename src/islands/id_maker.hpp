// Names of islands that are never given twice, not even after a restart (ENGINE.md 1).
#pragma once

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
