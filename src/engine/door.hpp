// The door of every policy: hostile input is refused or clamped here, and counted, before it can
// touch an island.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "archipelago/engine.hpp"

namespace archipelago::engine {

class Door {
 public:
  explicit Door(Limits const& limits) : limits_(limits) {}

  /// Judges a report, clamps `at` into the world and counts.
  Admission admit(std::string_view player, Position& at,
                  std::optional<std::string_view> desired_room) {
    if (player.empty() || player.size() > limits_.max_id_length)
      return count(counters_.bad_id, Admission::bad_id);
    if (desired_room && desired_room->size() > limits_.max_id_length)
      return count(counters_.bad_room, Admission::bad_room);
    if (!std::isfinite(at.x) || !std::isfinite(at.y) || !std::isfinite(at.z))
      return count(counters_.bad_position, Admission::bad_position);
    Position const inside{clamped(at.x), clamped(at.y), clamped(at.z)};
    if (inside == at) return count(counters_.accepted, Admission::accepted);
    at = inside;
    return count(counters_.clamped, Admission::clamped);
  }

  [[nodiscard]] Counters const& counters() const { return counters_; }

 private:
  [[nodiscard]] float clamped(float v) const {
    return std::clamp(v, -limits_.world_limit, limits_.world_limit);
  }
  static Admission count(std::uint64_t& counter, Admission admission) {
    ++counter;
    return admission;
  }

  Limits limits_;
  Counters counters_;
};

}  // namespace archipelago::engine
