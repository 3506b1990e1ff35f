// The ranges of the islands' settings.
#include "islands/options.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace archipelago::islands {

std::optional<std::string> problem_with(Options const& o) {
  struct Range {
    std::string_view name;
    std::int64_t value, low, high;
  };
  std::array const ranges{
      Range{"flush interval in ms", o.flush_interval.count(), 10, 60'000},
      Range{"arrival delay in ms", o.arrival_delay.count(), 0, 1'000},
      Range{"heartbeat expiry in ms", o.heartbeat_expiry.count(), 1'000, 3'600'000},
      Range{"discovery interval in ms", o.discovery_interval.count(), 100, 60'000},
      Range{"max players", static_cast<std::int64_t>(o.max_players), 1, 1'000'000},
      Range{"mailbox capacity", static_cast<std::int64_t>(o.mailbox.messages), 16, 16'777'216},
  };
  for (auto const& r : ranges)
    if (r.value < r.low || r.value > r.high)
      return std::string(r.name) + " is " + std::to_string(r.value) + ", must be in [" +
             std::to_string(r.low) + ", " + std::to_string(r.high) + "]";
  return std::nullopt;
}

}  // namespace archipelago::islands
