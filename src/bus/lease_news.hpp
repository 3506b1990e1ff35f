// How a lease tells its loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/loop.hpp"

namespace archipelago::bus {

/// News reach the loop later than they are told, perhaps after the lease and its owner have gone:
/// then nobody hears them.
class LeaseNews {
 public:
  LeaseNews(Loop& loop, std::function<void(std::uint64_t epoch)> won, std::function<void()> lost)
      : loop_(loop), ears_(std::make_shared<Ears>(std::move(won), std::move(lost))) {}
  LeaseNews(LeaseNews const&) = delete;
  LeaseNews& operator=(LeaseNews const&) = delete;
  ~LeaseNews() { end(); }

  void won(std::uint64_t epoch) {
    loop_.post([ears = ears_, epoch] {
      if (!ears->ended) ears->won(epoch);
    });
  }
  void lost() {
    loop_.post([ears = ears_] {
      if (!ears->ended) ears->lost();
    });
  }
  /// On the loop's thread, or when it runs no more.
  void end() { ears_->ended = true; }

 private:
  struct Ears {
    Ears(std::function<void(std::uint64_t)> w, std::function<void()> l)
        : won(std::move(w)), lost(std::move(l)) {}
    std::function<void(std::uint64_t)> won;
    std::function<void()> lost;
    std::atomic<bool> ended = false;
  };

  Loop& loop_;
  std::shared_ptr<Ears> ears_;
};

}  // namespace archipelago::bus
