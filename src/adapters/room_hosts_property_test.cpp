// Whatever hosts and islands do.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/room_hosts_fixture.hpp"

namespace archipelago::adapters {
namespace {

using testing::Fleet;
using testing::Placer;

enum class Event { join, die, drain, grow, vanish, wait };

/// One event, a second or five before the next review.
void happen(Fleet& fleet, Placer& core) {
  auto const host = "h" + std::to_string(*rc::gen::inRange(0, 5));
  auto const island = "I" + std::to_string(*rc::gen::inRange(0, 12));
  switch (*rc::gen::elementOf(std::vector{Event::join, Event::join, Event::die, Event::drain,
                                          Event::grow, Event::grow, Event::grow, Event::vanish,
                                          Event::wait})) {
    case Event::join:
      fleet.hosts[host] = {.capacity = *rc::gen::elementOf(std::vector<std::uint32_t>{0, 20, 60})};
      break;
    case Event::die:
      return fleet.kill(host);
    case Event::drain:
      if (auto const known = fleet.hosts.find(host); known != fleet.hosts.end())
        known->second.draining = true;
      break;
    case Event::grow:
      core.islands[island] = *rc::gen::inRange<std::size_t>(1, 30);
      break;
    case Event::vanish:
      core.islands.erase(island);
      break;
    case Event::wait:
      return fleet.pass(Millis{5'000});
  }
  fleet.pass(Millis{0});
}

RC_GTEST_PROP(RoomHostsProperty, IslandsAreWhereTheyCanBeAndMoveOnlyWhenTheyMust, ()) {
  Fleet fleet;
  auto const core = fleet.placer();
  auto const takes = [&](std::string const& host) {
    auto const known = fleet.hosts.find(host);
    return known != fleet.hosts.end() && !known->second.draining;
  };
  auto const steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    happen(fleet, *core);
    std::map<std::string, std::string> before;
    for (auto const& [island, host] : core->everywhere()) before[island] = host;
    auto const moved = core->review();
    auto loads = core->loads();
    bool const any =
        std::ranges::any_of(fleet.hosts, [&](auto const& h) { return takes(h.first); });
    std::set<std::string> came;  // hosts that took an island in this review
    for (auto const& [island, host] : core->everywhere()) {
      if (any) RC_ASSERT(takes(host));
      if (host != before[island] && !host.empty()) came.insert(host);
      if (takes(before[island])) RC_ASSERT(host == before[island]);
      bool const told = std::ranges::find(moved, island) != moved.end();
      if (!before[island].empty()) RC_ASSERT(told == (host != before[island]));
    }
    // Over its capacity nobody comes unless nobody has room even for the smallest that came there.
    for (auto const& host : came) {
      auto const capacity = fleet.hosts[host].capacity;
      if (capacity == 0 || loads[host] <= capacity) continue;
      std::size_t largest = 0;
      for (auto const& [island, where] : core->everywhere())
        if (where == host && before[island] != host)
          largest = std::max(largest, core->islands[island]);
      for (auto const& [other, facts] : fleet.hosts)
        if (takes(other) && facts.capacity != 0)
          RC_ASSERT(loads[other] + largest > facts.capacity);
        else
          RC_ASSERT(!takes(other));
    }
  }
}

}  // namespace
}  // namespace archipelago::adapters
