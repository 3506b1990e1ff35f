// How well the islands keep neighbours together, and what that costs in moves: the live world's
// recall and churn, measured from snapshots beside the islands' loop.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/worker_pool.hpp"
#include "engine/recall.hpp"
#include "islands/snapshot.hpp"

namespace archipelago::islands {

/// Never changed once it is made. Recall: docs/ENGINE.md; in large worlds of a sample.
struct Quality {
  std::optional<double> recall_mean{};  ///< [0, 1]; nothing: nobody has a neighbour
  std::optional<double> recall_p10{};   ///< a tenth of the players has no more
  double churn = 0;  ///< moves between islands by player and minute, over the last minute
  /// Mean recall by island id; islands of which nobody was asked who has a neighbour are missing.
  std::unordered_map<std::string, double> islands{};
};
using QualityPointer = std::shared_ptr<Quality const>;

/// The figures of one snapshot after the other. One thread.
class QualityMeter {
 public:
  static constexpr std::size_t kMoments = 12;  ///< over which churn is told
  /// About 50 ms of one core at most, measured on 2026-11-20 (quality_bench).
  static constexpr engine::RecallBudget kBudget{.answers = 5'000, .people = 10'000'000};

  explicit QualityMeter(Metrics& metrics) : metrics_(metrics) {}

  /// Also sets the gauges. Snapshots come in the order they were made. O(players log players +
  /// budget).
  Quality measure(Snapshot const& snapshot);

 private:
  struct Moment {
    Instant at;
    std::int64_t moves;     ///< ever
    double player_minutes;  ///< since the moment before
  };
  [[nodiscard]] double churn(Snapshot const& snapshot);

  Metrics& metrics_;
  std::deque<Moment> moments_;  ///< oldest first
};

/// Measures every kEvery on a thread of its own; when that takes longer, less often.
class QualityWatch {
 public:
  static constexpr Millis kEvery{5'000};
  using Source = std::function<std::shared_ptr<Snapshot const>()>;

  /// Made and destroyed on the loop's thread, or while the loop does not run; `loop`, what
  /// `snapshots` refers to and `metrics` must outlive it.
  QualityWatch(Loop& loop, Source snapshots, Metrics& metrics);

  /// Of the newest snapshot measured; never null, and empty before the first. Any thread.
  [[nodiscard]] QualityPointer latest() const;

 private:
  void look();
  void measure(Snapshot const& snapshot);

  Source const snapshots_;
  QualityMeter meter_;        ///< the pool's thread only
  mutable std::mutex mutex_;  // held to copy the pointer only
  QualityPointer latest_ = std::make_shared<Quality const>();
  Timer timer_;
  WorkerPool pool_;  // last: its thread uses the others
};

}  // namespace archipelago::islands
