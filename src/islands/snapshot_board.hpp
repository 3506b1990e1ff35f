// Where the newest snapshot hangs, for whoever makes it now and whoever reads it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "islands/snapshot.hpp"

namespace archipelago::islands {

/// Any thread; nobody waits longer than it takes to copy a pointer.
class SnapshotBoard {
 public:
  using Pointer = std::shared_ptr<Snapshot const>;

  /// Empty, taken at that time.
  SnapshotBoard(WallTime taken, Instant made)
      : newest_(std::make_shared<Snapshot const>(Snapshot{.taken = taken, .made = made})) {}

  /// Never null.
  [[nodiscard]] Pointer newest() const {
    std::lock_guard lock(mutex_);
    return newest_;
  }
  void hang(Pointer next) {
    std::lock_guard lock(mutex_);
    newest_.swap(next);  // the old one is freed after the lock
  }

 private:
  mutable std::mutex mutex_;
  Pointer newest_;
};

/// Sets when each island of `next` came to be: as `last` knows, else now. O(islands).
void carry_births(Snapshot const& last, Snapshot& next);

}  // namespace archipelago::islands
