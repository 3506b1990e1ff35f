// The lease of a core that has nobody beside it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "bus/lease.hpp"
#include "bus/lease_news.hpp"

namespace archipelago::bus {

/// Leads from its campaign on until it resigns.
class SoleLease final : public Lease {
 public:
  /// `epoch` > 0, and above that of any core that led before: wall clock in milliseconds.
  explicit SoleLease(std::uint64_t epoch) : epoch_(epoch) {}

  void campaign(Loop& loop, std::function<void(std::uint64_t epoch)> won,
                std::function<void()> lost) override {
    news_ = std::make_unique<LeaseNews>(loop, std::move(won), std::move(lost));
    leads_ = true;
    news_->won(epoch_);
  }
  [[nodiscard]] std::uint64_t epoch() const override { return leads_ ? epoch_ : 0; }
  void resign() override {
    if (leads_.exchange(false)) news_->lost();
  }

 private:
  std::uint64_t const epoch_;
  std::unique_ptr<LeaseNews> news_;
  std::atomic<bool> leads_ = false;
};

}  // namespace archipelago::bus
