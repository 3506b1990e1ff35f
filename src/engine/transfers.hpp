// Voluntary moves within a crowd: those who gain most first, into a free seat or as a swap of two.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "engine/anchors.hpp"
#include "engine/ties.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Transfers {
 public:
  explicit Transfers(World& world) : world_(world), ties_(world) {}

  void carry_out(std::vector<Urge>& urges, std::size_t players_in_crowds);

 private:
  struct Queue {
    std::vector<Urge> urges;
    std::size_t next = 0;
  };
  void sort_most_urgent(std::span<Urge> urges, std::size_t count) const;
  void try_out(Urge const& urge);
  [[nodiscard]] bool may_leave(Index body);
  void swap_or_wait(Urge const& urge);
  void go(Index body, Index to, Index host);

  World& world_;
  Ties ties_;
  std::unordered_map<std::uint64_t, Queue> waiting_;  ///< by from and to
  double tokens_ = 0;                                 ///< moves that the budget still allows
};

}  // namespace archipelago::engine
