// Measures a run flush by flush: recall, churn, sizes, time, and the hash of all changes.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "archipelago/engine.hpp"
#include "base/time.hpp"
#include "engine/recall.hpp"
#include "sim/change_hash.hpp"
#include "sim/report.hpp"

namespace archipelago::sim {

/// CPU time of the calling thread; only ever subtracted.
using CpuClock = std::function<std::chrono::nanoseconds()>;

struct FlushCost {
  std::chrono::nanoseconds reports{};
  std::chrono::nanoseconds flush{};
};

class Meters {
 public:
  /// After every flush. `since_last`: 0 for the first. Not `measured`: it counts for the hash only.
  void add(engine::Engine const& engine, std::span<engine::Change const> changes, Millis since_last,
           FlushCost cost, bool measured);

  /// After a placement between two flushes.
  void add_placed(std::span<engine::Change const> changes);
  /// A player that is on an island without a change that said so: its next one is a move.
  void add_adopted(std::string_view player);

  /// Fills in what was measured; policy, world, warm-up and wishes are the caller's.
  [[nodiscard]] Report report() const;
  [[nodiscard]] ChangeHash const& hash() const { return hash_; }

 private:
  void count_changes(std::span<engine::Change const> changes, Millis since_last, bool measured);
  void look(engine::Engine const& engine);

  ChangeHash hash_;
  engine::Recall recall_;
  std::vector<std::chrono::nanoseconds> report_times_;
  std::vector<std::chrono::nanoseconds> flush_times_;
  std::vector<std::size_t> sizes_;  ///< of the last flush, sorted
  std::size_t largest_ = 0;
  std::size_t players_ = 0;  ///< after the last flush
  std::uint64_t refused_ = 0;
  /// Who was told of an island. `from` does not tell: the known service names islands that a player
  /// was on only within the flush.
  std::unordered_set<std::string> told_;
  double player_minutes_ = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(engine::Cause::count_)>
      moves_{};        ///< by cause
  double seated_ = 0;  ///< players seen with a free seat beside them
  double seen_ = 0;    ///< players seen, over all flushes
};

}  // namespace archipelago::sim
