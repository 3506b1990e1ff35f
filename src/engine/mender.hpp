// The last word about a crowd: islands that moves tore apart are split, small ones are merged.
#pragma once

#include <utility>
#include <vector>

#include "engine/splitter.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Mender {
 public:
  explicit Mender(World& world) : world_(world), splitter_(world) {}

  /// Merges first of all where most islands are tiny, as after a crowd came out of nowhere: nothing
  /// else needs to be found out about each of thousands. Takes merged ones out of `crowd`.
  void bring_together(std::vector<Index>& crowd);
  /// New islands are appended to `crowd`. Afterwards every island hangs together, and no two are
  /// left next to each other that Tuning::merges.
  void mend(std::vector<Index>& crowd);

 private:
  void split(std::vector<Index>& crowd);
  void merge_small(std::vector<Index> const& crowd);
  void thin_out();
  void merge_along(std::size_t first, std::size_t last);
  void merge_while_it_can(Index row);
  [[nodiscard]] Index partner(Index row);
  void look_around(Index row);
  [[nodiscard]] bool is_next_to(Index body, Island const& island);
  Index unite(Index a, Index b);

  World& world_;
  Splitter splitter_;
  std::vector<Index> small_;                     ///< islands, smallest first, youngest of equals
  std::vector<std::pair<Index, Index>> squats_;  ///< a cell, and whose place in small_ has somebody
  std::vector<Index> around_;                    ///< cells near to the one that looks
  std::vector<Index> seen_;                      ///< by cell: the last search that came there
  Index search_ = 0;
};

}  // namespace archipelago::engine
