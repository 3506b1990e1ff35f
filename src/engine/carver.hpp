// Where a whole neighbourhood of a crowd is full, a new island is founded by people at its borders.
#pragma once

#include <span>
#include <vector>

#include "engine/anchors.hpp"
#include "engine/growth.hpp"
#include "engine/ties.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Carver {
 public:
  Carver(World& world, Growth& growth) : world_(world), growth_(growth), ties_(world) {}

  /// Looks at the islands that anchors knows; new ones are appended to `crowd`. The churn budget
  /// does not pay for it: growth does.
  void carve(Anchors const& anchors, std::vector<Index>& crowd);

 private:
  struct Settler {
    float gain;  ///< m^2, how much nearer the new anchor is, negated: less is better
    Index body;
  };
  [[nodiscard]] bool is_full(Index row, Anchors const& anchors);
  [[nodiscard]] Index seed(Index row) const;
  void gather(Index seed, Anchors const& anchors);
  void collect(Index row, float x, float z);
  void found(Index seed, std::vector<Index>& crowd);

  World& world_;
  Growth& growth_;
  Ties ties_;
  std::vector<Settler> settlers_;
  std::vector<Index> hood_;            ///< an island and those around it
  std::vector<std::uint8_t> touched_;  ///< by Island::place: took part in this flush
};

}  // namespace archipelago::engine
