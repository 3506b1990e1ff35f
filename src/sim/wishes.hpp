// Players who would like to join a friend (desired_room), and what becomes of their wishes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"
#include "sim/chance.hpp"
#include "sim/report.hpp"
#include "sim/world.hpp"

namespace archipelago::sim {

/// A share of those who arrive wish, once placed, for the island of a friend who was there before.
/// Each wishes once, and keeps the wish while it stays.
class Wishes {
 public:
  Wishes(double share, std::uint64_t seed) : share_(share), chance_(seed) {}

  /// What this person says with its next report; each wish is told once.
  [[nodiscard]] std::optional<std::string> take(std::uint64_t person);

  /// After a flush: judges open wishes by where people are and by what the engine refused and makes
  /// new ones. O(people) while the share is not 0.
  void after_flush(std::span<Person const> people, engine::Engine const& engine);

  [[nodiscard]] WishFigures const& figures() const { return figures_; }

 private:
  struct Wish {
    std::string player, friend_name, island;
    std::size_t age = 0;  ///< flushes
    bool possible = false;
  };
  void make(Person const& person, std::span<Person const> people, engine::Engine const& engine);
  [[nodiscard]] bool settled(Wish& wish, engine::Engine const& engine);
  [[nodiscard]] bool refused(Wish const& wish, engine::Engine const& engine);

  double share_;
  Chance chance_;
  std::uint64_t newest_ = 0;  ///< numbers up to here were looked at
  std::map<std::uint64_t, std::string> told_next_;
  std::vector<Wish> open_;
  WishFigures figures_;
};

}  // namespace archipelago::sim
