// Where people walk without rest, islands soon lie all over one another, and a border is of no use:
// fewer and fuller ones are better. One that the islands around it have seats for is dissolved.
#pragma once

#include <span>
#include <vector>

#include "engine/anchors.hpp"
#include "engine/growth.hpp"
#include "engine/ties.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Gatherer {
 public:
  Gatherer(World& world, Growth& growth) : world_(world), growth_(growth), ties_(world) {}

  /// Looks at the islands that anchors knows. Of a dissolved one so few are left that a merge may
  /// take them anywhere, and who may not be moved. Growth pays.
  void gather(Anchors const& anchors, std::span<Index const> crowd);

 private:
  void dissolve(Index row, std::span<Index const> around);
  [[nodiscard]] Index nearest_with_seat(Index body, std::span<Index const> around) const;

  World& world_;
  Growth& growth_;
  Ties ties_;
  std::vector<std::uint8_t> filled_;  ///< by Island::place: took people in, in this flush
};

}  // namespace archipelago::engine
