// Islands that do not hang together at leave distance any more come apart.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/linker.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Splitter {
 public:
  explicit Splitter(World& world) : world_(world) {}

  /// Every island of the roster; each comes out connected and framed.
  void split_all();
  /// One island; returns whether it came apart.
  bool split(Index row);
  /// By the last split() that returned true.
  [[nodiscard]] std::vector<Index> const& created() const { return created_; }
  std::uint64_t take_work() { return linker_.take_work(); }

 private:
  [[nodiscard]] std::uint32_t keeper(Index row) const;
  void regroup(Index row, std::uint32_t keeper, std::uint32_t groups);

  World& world_;
  Linker linker_;
  std::vector<Index> body_;
  std::vector<float> x_, z_;
  std::vector<Index> offset_, created_;
};

}  // namespace archipelago::engine
