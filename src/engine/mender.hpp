// The last word about a crowd: islands that moves tore apart are split, small ones are merged.
#pragma once

#include <vector>

#include "engine/splitter.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Mender {
 public:
  explicit Mender(World& world) : world_(world), splitter_(world) {}

  /// New islands are appended to `crowd`. Afterwards every island hangs together, and no two are
  /// left next to each other that Tuning::merges.
  void mend(std::vector<Index>& crowd);

 private:
  struct Entry {
    float west;
    Index row;
  };
  void split(std::vector<Index>& crowd);
  void merge_small(std::vector<Index> const& crowd);
  void sort_by_west(std::vector<Index> const& crowd);
  void merge_while_it_can(Index row);
  [[nodiscard]] Index partner(Index row);
  [[nodiscard]] Index heir(Index row) const;
  [[nodiscard]] bool adjacent(Island const& a, Island const& b);
  bool unite(Index a, Index b);

  World& world_;
  Splitter splitter_;
  std::vector<Entry> by_west_;
  std::vector<Index> small_;
  std::vector<Index> heirs_;    ///< by row: the island it was merged into
  float widest_ = 0;            ///< m
  std::size_t united_ = 0;      ///< islands merged away since the last sort
  std::vector<Index> of_size_;  ///< how many islands of each size there are
  Index least_ = 1;             ///< no island is smaller
};

}  // namespace archipelago::engine
