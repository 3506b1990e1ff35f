// What the endpoints tell about a running realm, gathered anew for each request.
#pragma once

#include <cstdint>
#include <functional>

#include "base/time.hpp"

namespace archipelago::realm {

struct Facts {
  WallTime now;
  bool core_alive = false;    ///< islands were looked at within the last seconds
  bool ending = false;        ///< told to stop: no new players
  std::int64_t sessions = 0;  ///< players logged in; without islands: those in rooms
  std::int64_t players = 0;   ///< of them, those placed on islands, or in rooms
  bool overloaded = false;    ///< every thread is too far behind to take new players
};

/// Any thread.
using FactsSource = std::function<Facts()>;

}  // namespace archipelago::realm
