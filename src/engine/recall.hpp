// recall@10: how many of the people next to you are in your island (docs/ENGINE.md), of a run of
// the simulator and of the live world.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace archipelago::engine {

inline constexpr std::size_t kNeighbours = 10;
inline constexpr float kNeighbourhood = 64;  ///< m

/// A player where it stands, in the XZ plane; coordinates are finite.
struct Standing {
  float x = 0;
  float z = 0;
  std::uint32_t island = 0;
};

/// One player's answer: of its nearest `neighbours` (at most ten, within 64 m), `together` share
/// its island.
struct Neighbours {
  std::uint32_t neighbours = 0;
  std::uint32_t together = 0;

  friend bool operator==(Neighbours, Neighbours) = default;
};

/// What one look at the world may cost.
struct RecallBudget {
  std::size_t answers = 20'000;  ///< players asked
  std::size_t people =
      200'000'000;  ///< people looked at for them, but 256 answers whatever it costs
};

/// Collects answers over flushes; only players that have a neighbour count.
class Recall {
 public:
  using Heard = std::function<void(std::size_t player, Neighbours)>;

  explicit Recall(RecallBudget budget = {}) : budget_(budget) {}

  /// Looks at every player; where the budget is too small at a share of them that differs from call
  /// to call. `heard` gets each answer that counts.
  /// O(players log players + looked at x people within a few metres), bounded on any input.
  void add(std::span<Standing const> players, Heard const& heard = {});

  [[nodiscard]] double mean() const;              ///< [0, 1]; 1 if nobody ever had a neighbour
  [[nodiscard]] double tenth_percentile() const;  ///< a tenth of all answers is no better
  [[nodiscard]] std::uint64_t answers() const { return answers_; }

 private:
  RecallBudget budget_;
  std::array<std::array<std::uint64_t, kNeighbours + 1>, kNeighbours + 1>
      counts_{};  // [neighbours][together]
  std::uint64_t answers_ = 0;
  std::size_t turn_ = 0;
};

/// The answer of each player asked for, equal distances taken in order of index. Exact.
class NeighbourSearch {
 public:
  /// O(n log n). `players` must outlive the search.
  explicit NeighbourSearch(std::span<Standing const> players);

  [[nodiscard]] Neighbours of(std::size_t player) const;
  /// Players of the fullest cell of 8 x 8 m: a measure of what one answer may cost.
  [[nodiscard]] std::size_t most_crowded() const;

 private:
  class Nearest;
  void look(std::size_t player, float radius, Nearest& nearest) const;
  [[nodiscard]] bool all_on_one_point(std::size_t player, Nearest& nearest) const;

  std::span<Standing const> players_;
  std::vector<std::uint64_t> cells_;      ///< sorted: row by row
  std::vector<std::uint32_t> occupants_;  ///< the players, by cell and index
};

}  // namespace archipelago::engine
