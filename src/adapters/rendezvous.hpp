// Which of several hosts an island prefers: the same on every machine, without talking.
#pragma once

#include <string_view>

namespace archipelago::adapters {

/// Weighted rendezvous hashing: of several hosts the one with the highest preference has the
/// island, each with a chance in proportion to its `weight` (> 0). Another host more or less
/// changes nothing between the others.
[[nodiscard]] double preference(std::string_view island, std::string_view host, double weight);

}  // namespace archipelago::adapters
