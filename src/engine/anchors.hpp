// Where the islands of a crowd want to be: each has an anchor, a slowly moving centre, and a price
// that rises while too many want to be there. Who is drawn where decides the next anchors; who
// stands past a border wants to move, the more the farther, and the longer it is likely to stay.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/vectors.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

/// A wish to move, by the crowd's rules.
struct Urge {
  float gain;  ///< what it is worth: more is better
  Index body;
  Index to;
};

class Anchors {
 public:
  explicit Anchors(World& world) : world_(world) {}

  /// Gives new islands of the crowd an anchor, where their members are.
  void start(std::span<Index const> crowd);
  /// Finds who is drawn where and moves the anchors.
  void pull(std::span<Index const> crowd);

  /// Of the last pull().
  [[nodiscard]] std::vector<Urge>& urges() { return urges_; }
  /// The islands nearest to one by anchor, nearest first; itself is left out.
  [[nodiscard]] std::span<Index const> neighbours(Island const& island) const {
    std::span const row(hoods_[island.place].row);
    auto const others = row.subspan(1);
    return others.first(
        static_cast<std::size_t>(std::ranges::find(others, row[0]) - others.begin()));
  }
  [[nodiscard]] bool knows(Island const& island) const { return island.place < hoods_.size(); }
  /// It is the smallest of those around that a merge would not take, the youngest of equals, and
  /// the others have seats for all but `rest` of its people.
  [[nodiscard]] bool is_superfluous(Island const& island, std::int64_t rest) const;

 private:
  static constexpr std::size_t kHood = 16;
  struct alignas(64) Hood {  ///< an island, then its neighbours, then itself again
    std::array<float, kHood> x, z, price;
    std::array<Index, kHood> row;
  };
  struct Sum {
    float x = 0, z = 0, squares = 0;
    Index count = 0, home = 0, walking = 0, moving = 0;
  };
  struct Spot {  ///< of an island, what everybody asks for
    float x, z, price, spread;
    float safe;  ///< m^2: nearer than that, no other anchor is cheaper
    Index place = kNone;
  };
  struct Draw {
    Index body, to;
    float cost;  ///< there
    bool far;    ///< too far away to be sure that no other is cheaper
  };
  static constexpr Index kBlock = 256;
  struct Leaving {  ///< of a block, who is drawn elsewhere and may go, side by side
    std::array<Index, kBlock> body, to;
    std::array<float, kBlock> saved;   ///< m^2: how much cheaper it is there
    std::array<float, kBlock> apart;   ///< m^2, from anchor to anchor
    std::array<float, kBlock> spread;  ///< m, of the island there
    std::array<float, kBlock> speed;   ///< m/s
    std::array<float, kBlock> drawn;   ///< s: for so long
    Index count = 0;
  };
  /// An island and the square of its distance, as a number: the nearest first, then by row. Floats
  /// that are not negative go by their bits.
  using Near = std::uint64_t;
  [[nodiscard]] static Near near(float distance, Index row) {
    return std::uint64_t{std::bit_cast<std::uint32_t>(distance)} << 32U | row;
  }
  [[nodiscard]] static float distance_of(Near near) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(near >> 32U));
  }
  [[nodiscard]] static Index row_of(Near near) { return static_cast<Index>(near); }
  struct Square {      ///< of the map: where an island is
    std::uint64_t at;  ///< row of squares in the upper half, column in the lower one
    float min_x, min_z, max_x, max_z, anchor_x, anchor_z;
    Index row;
  };
  struct Window {  ///< a part of the map; both ends only go on
    std::size_t first = 0, last = 0;
  };

  void centre(Island& island) const;
  void map(std::span<Index const> crowd);
  void gather(Square const& square, Island const& island);
  void look(Square const& from, Square const& other);
  void meet(Square const& square);
  ARCHIPELAGO_VECTORISED void draw();
  [[nodiscard]] ARCHIPELAGO_INLINE Index drawn_before(Index first, Index last, Draw* drawn) const;
  ARCHIPELAGO_INLINE bool follow(Draw const& draw);
  [[nodiscard]] ARCHIPELAGO_INLINE float cheapest(Index& row, float x, float z) const;
  ARCHIPELAGO_INLINE void feel(Draw const& draw, Leaving& leaving);
  ARCHIPELAGO_INLINE void weigh(Leaving const& leaving);
  void update(Island& island, Sum const& sum) const;

  World& world_;
  std::vector<Hood> hoods_;  ///< by Island::place
  std::vector<Spot> spots_;  ///< by island
  std::vector<Sum> sums_;
  std::vector<Urge> urges_;
  std::vector<Near> near_;
  static constexpr std::int64_t kRings = 2;
  std::vector<Square> map_;                                             ///< sorted by `at`
  std::array<std::array<Window, 2 * kRings + 1>, kRings + 1> windows_;  ///< by ring and row
  float min_x_ = 0, min_z_ = 0, square_ = 1;
};

}  // namespace archipelago::engine
