// How many islands there are of each size, for operators.
#pragma once

#include "base/metrics.hpp"
#include "islands/snapshot.hpp"

namespace archipelago::islands {

/// Sets the gauges of the six classes. O(islands).
void count_sizes(Snapshot const& snapshot, Metrics& metrics);

}  // namespace archipelago::islands
