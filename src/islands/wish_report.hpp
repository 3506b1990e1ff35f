// What became of wishes for an island (desired_room), for operators: counted and logged.
#pragma once

#include <span>

#include "archipelago/engine.hpp"
#include "base/metrics.hpp"

namespace archipelago::islands {

/// Sets archipelago_wishes_* to what the engine counted.
void count_wishes(engine::WishCounters const& wishes, Metrics& metrics);

/// One line for each refused wish, with player, room and reason; of a great many the first, and how
/// many more there are.
void log_refused(std::span<engine::RefusedWish const> refused);

}  // namespace archipelago::islands
