// Moves that the growth of crowds pays for: rooms for newcomers are not charged to the churn
// budget.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/world.hpp"

namespace archipelago::engine {

class Growth {
 public:
  /// For each player who arrived, or by whom the people of all crowds are more.
  static constexpr double kMoves = 0.5;

  /// Once a flush. Who was adopted is no growth: there were islands for them.
  void earn(World& world, std::uint64_t people) {
    auto const before = std::exchange(people_, people) + std::exchange(world.adopted, 0);
    auto const arrivals = world.arrived - std::exchange(arrived_, world.arrived);
    auto const more = std::max(people - std::min(people, before), arrivals);
    moves_ =
        std::min(moves_ + kMoves * static_cast<double>(more), kMoves * static_cast<double>(people));
  }
  [[nodiscard]] bool pays(std::size_t moves) const { return moves_ >= static_cast<double>(moves); }
  void pay_one() { moves_ -= 1; }

 private:
  double moves_ = 0;
  std::uint64_t arrived_ = 0, people_ = 0;  ///< in the flush before: ever, of crowds
};

}  // namespace archipelago::engine
