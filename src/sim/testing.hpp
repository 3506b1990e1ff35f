// What the tests of this room share.
#pragma once

#include <memory>
#include <string>

#include "archipelago/engine.hpp"
#include "sim/policy.hpp"

namespace archipelago::sim {

inline Settings known_settings(std::uint32_t max = 100) {
  Settings settings;
  settings.policy = "reference";
  settings.limits = {.join_distance = 64, .leave_distance = 80, .max_peers = max};
  return settings;
}

inline std::unique_ptr<engine::Engine> known_engine(std::uint32_t max = 100) {
  return make_engine(known_settings(max));
}

}  // namespace archipelago::sim
