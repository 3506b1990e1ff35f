// What simulate prints for a flush (DESIGN "The command line").
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"
#include "sim/trace.hpp"

namespace archipelago::sim {

struct OwnedChange {
  std::string player;
  std::string to;    ///< empty: it left
  std::string from;  ///< empty: from none

  friend bool operator==(OwnedChange const&, OwnedChange const&) = default;
};

/// Several flushes' changes as one: at most one a player, in the order of each player's first;
/// who came back to where it was is left out.
class NetChanges {
 public:
  void add(std::span<engine::Change const> changes);
  [[nodiscard]] std::vector<OwnedChange> take();

 private:
  std::vector<OwnedChange> changes_;
  std::map<std::string, std::size_t, std::less<>> place_;
};

/// {"op":"flush","n":…,"changes":[…]} and, given an engine, "islands":{…}; with its line feed.
[[nodiscard]] std::string flush_line(std::size_t n, std::span<OwnedChange const> changes,
                                     engine::Engine const* with_islands);
[[nodiscard]] std::string flush_line(std::size_t n, std::span<engine::Change const> changes,
                                     engine::Engine const* with_islands);
/// {"op":"place","changes":[…]}
[[nodiscard]] std::string place_line(std::span<engine::Change const> changes);

/// {"op":"expect","line":…,"missing":[…],"unexpected":[…]}: how `is` differs from `wanted`.
[[nodiscard]] std::string mismatch_line(std::size_t line, trace::Partition const& wanted,
                                        trace::Partition const& is);

}  // namespace archipelago::sim
