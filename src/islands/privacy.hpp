// What outsiders may know of where players are.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "archipelago/engine.hpp"
#include "islands/snapshot.hpp"

namespace archipelago::islands {

inline constexpr double kParcelMetres = 16;

/// `exact`, `parcel` or `none`.
std::optional<Privacy> parse_privacy(std::string_view text);

/// A snapshot of which only so much is left; centres and radii of islands are those of what is left
/// of positions (an island of one would tell where that one stands). Cost: O(players).
Snapshot with_privacy(Snapshot snapshot, Privacy privacy);

/// The same of an explanation: distances in whole parcels, or nobody around.
engine::Explanation with_privacy(engine::Explanation why, Privacy privacy);

/// The newest snapshot as outsiders may see it, made once. Any thread.
class ToldSnapshots {
 public:
  using Pointer = std::shared_ptr<Snapshot const>;
  using Source = std::function<Pointer()>;

  ToldSnapshots(Source exact, Privacy privacy) : exact_(std::move(exact)), privacy_(privacy) {}

  /// Never null, as `exact`.
  [[nodiscard]] Pointer newest();
  [[nodiscard]] Privacy privacy() const { return privacy_; }

 private:
  Source const exact_;
  Privacy const privacy_;
  std::mutex mutex_;  // guards what follows
  Pointer of_;
  Pointer told_;
};

}  // namespace archipelago::islands
