// What the cap and the churn budget mean for a crowd, in numbers.
#pragma once

#include <algorithm>
#include <cstdint>

#include "archipelago/engine.hpp"
#include "engine/bodies.hpp"

namespace archipelago::engine {

struct Tuning {
  Tuning(Limits const& limits, CrowdOptions const& options)
      : cap(limits.max_peers),
        full(share(90)),
        loose(share(78)),
        dense(share(82)),
        carve_most(share(32)),
        small(std::max(1U, share(20))),
        merge_most(share(60)),
        guests_most(std::max(1U, share(25))),
        budget(options.churn_budget),
        cooldown(static_cast<std::uint8_t>(budget <= 0.3 ? 5 : std::max(1.0, 1.5 / budget))) {}

  /// Are two islands of a crowd, one seen from the other, better off as one?
  [[nodiscard]] bool merges(Index a, Index b) const {
    return a + b <= merge_most || (std::min(a, b) <= small && a + b <= cap);
  }

  /// May an island be the smaller one of two which merge? Any two of these do.
  [[nodiscard]] bool looks(Index size) const { return merges(size, size); }

  Index cap;              ///< players of an island
  Index full;             ///< arrivals look elsewhere from here on, and the price rises
  Index loose;            ///< below, the price falls
  Index dense;            ///< a neighbourhood this full on average gets a new island
  Index carve_most;       ///< players that found it
  Index small;            ///< islands up to this size go into any that has the seats
  Index merge_most;       ///< two islands with no more than this together become one
  Index guests_most;      ///< of one island
  double budget;          ///< changes a player-minute
  std::uint8_t cooldown;  ///< flushes between two of one player's moves

 private:
  [[nodiscard]] Index share(Index percent) const {
    return std::max<Index>(1, static_cast<Index>(std::uint64_t{cap} * percent / 100));
  }
};

}  // namespace archipelago::engine
