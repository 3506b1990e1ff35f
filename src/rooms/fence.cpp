// Epochs heard, and when each begins to count.
#include "rooms/fence.hpp"

#include "archipelago/cluster.pb.h"
#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "wire/packet.hpp"

namespace archipelago::rooms {
namespace {

constexpr std::size_t kMostBytes = 1'024;
constexpr bus::Capacity kMailbox{.messages = 256, .bytes = std::size_t{1} << 18U};

}  // namespace

Fence::Fence(bus::Bus& bus, Loop& loop, Metrics& metrics)
    : loop_(loop), metrics_(metrics), timer_(loop), mailbox_(bus.open(loop, kMailbox)) {
  subscription_ = mailbox_->subscribe(bus::subjects::kClusterCore,
                                      [this](bus::Message const& m) { on_status(m); });
}

bool Fence::admits(std::uint64_t epoch) const noexcept {
  if (epoch >= least_.load(std::memory_order_relaxed)) return true;
  metrics_.add(Metric::cluster_fenced);
  return false;
}

void Fence::on_status(bus::Message const& message) {
  auto const status = wire::decode<cluster::CoreStatus>(message.payload, kMostBytes);
  if (!status) return metrics_.reject(status.error().code);
  auto const epoch = status->epoch();
  if (epoch <= newest() || coming_.size() >= kMostComing) return;
  auto const latest = loop_.wall_now() + kMostAhead;
  if (epoch > static_cast<std::uint64_t>(latest.ms_since_epoch))
    return metrics_.reject(Errc::bad_request);
  log::info("rooms", "a core leads", {{"epoch", epoch}});
  newest_.store(epoch, std::memory_order_relaxed);
  coming_.push_back({.epoch = epoch, .counts_from = loop_.now() + kGrace});
  if (!timer_.running()) wait();
}

void Fence::wait() {
  timer_.start(coming_.front().counts_from - loop_.now(), [this] {
    while (!coming_.empty() && coming_.front().counts_from <= loop_.now()) {
      least_.store(coming_.front().epoch, std::memory_order_relaxed);
      coming_.pop_front();
    }
    if (!coming_.empty()) wait();
  });
}

}  // namespace archipelago::rooms
