// Where newcomers of a crowd go: to the cheapest island that they stand next to and that has a
// seat; a great many at once are cut into islands of their own.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/linker.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Arrivals {
 public:
  explicit Arrivals(World& world) : world_(world) {}

  /// Seats everybody; new islands are appended to `crowd`.
  void seat(std::span<Index const> newcomers, std::vector<Index>& crowd);

 private:
  struct Candidate {
    Index island;
    float cost;
  };
  struct Newcomer {
    float x, z;
    Index body;
  };
  using Axis = float Newcomer::*;
  struct Range {
    float least, most;
    [[nodiscard]] float length() const { return most - least; }
  };
  [[nodiscard]] static bool precedes(Newcomer const& a, Newcomer const& b, Axis axis) {
    return a.*axis != b.*axis ? a.*axis < b.*axis : a.body < b.body;
  }
  [[nodiscard]] static Range range_of(std::span<Newcomer const> group, Axis axis);
  [[nodiscard]] Newcomer find_cut(std::span<Newcomer const> group, std::size_t place, Axis axis,
                                  Range const& range);
  void seat_group(std::span<Newcomer> group, std::vector<Index>& crowd);
  void bisect(std::span<Newcomer> group, std::vector<Index>& crowd);
  void found_islands(std::span<Newcomer const> group, std::vector<Index>& crowd);
  void seat_one(Index body, std::vector<Index>& crowd);
  void look_around(Index body);
  void consider(Index body, Index island);
  [[nodiscard]] Index choose() const;
  [[nodiscard]] Index fullest_scattered() const;
  [[nodiscard]] Index cheapest() const;
  Index found(Index body, std::vector<Index>& crowd);

  World& world_;
  Linker linker_;
  std::vector<Newcomer> slice_, behind_;  ///< while cutting
  std::array<Candidate, 32> candidates_{};
  std::size_t candidate_count_ = 0;
  Index last_cell_ = kNone, last_island_ = kNone;
};

}  // namespace archipelago::engine
