// Who may go from an island without tearing those apart who stay, and who is near whom there.
#pragma once

#include <vector>

#include "engine/linker.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class Ties {
 public:
  explicit Ties(World& world) : world_(world) {}

  /// Not the last core member, and nobody whom the others need to hang together. Counts who was on
  /// the island when the roster was built, and still is.
  [[nodiscard]] bool release(Index body);
  /// Somebody within join distance of `body` who was on `island` when the roster was built, still
  /// is and is not `leaving`; kNone: nobody, or `body` may not be there.
  [[nodiscard]] Index host(Index body, Index island, Index leaving = kNone) const;
  /// By the engine's choice. The host stays for this flush: else who came would be alone, and be
  /// split off at once.
  void move(Index body, Index island, Index host, Cause cause);

 private:
  void collect(Index row, Index but);

  World& world_;
  Linker linker_;
  std::vector<float> x_, z_;
};

}  // namespace archipelago::engine
