// Where a whole neighbourhood of a crowd is full, a new island is founded by people at its borders.
#pragma once

#include <span>
#include <vector>

#include "engine/anchors.hpp"
#include "engine/ties.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Carver {
 public:
  explicit Carver(World& world) : world_(world), ties_(world) {}

  /// Looks at the islands that anchors knows; new ones are appended to `crowd`. The churn budget
  /// does not pay for it: growth does, with kMovesByGrowth for each player who arrived or by whom
  /// the `people` of all crowds are more.
  void carve(Anchors const& anchors, std::uint64_t people, std::vector<Index>& crowd);

  static constexpr double kMovesByGrowth = 0.5;

 private:
  struct Settler {
    float gain;  ///< m^2, how much nearer the new anchor is, negated: less is better
    Index body;
  };
  void earn(std::uint64_t people);
  [[nodiscard]] bool is_full(Index row, Anchors const& anchors);
  [[nodiscard]] Index seed(Index row) const;
  void gather(Index seed, Anchors const& anchors);
  void collect(Index row, float x, float z);
  void found(Index seed, std::vector<Index>& crowd);
  [[nodiscard]] bool may_settle(Index body) const;

  World& world_;
  Ties ties_;
  double moves_ = 0;                        ///< that growth still pays
  std::uint64_t arrived_ = 0, people_ = 0;  ///< of crowds, in the flush before
  std::vector<Settler> settlers_;
  std::vector<Index> hood_;            ///< an island and those around it
  std::vector<std::uint8_t> touched_;  ///< by Island::place: took part in this flush
};

}  // namespace archipelago::engine
