#include "gateway/core_watch.hpp"

#include <algorithm>

#include "bus/subjects.hpp"
#include "gateway/cluster.hpp"
#include "gateway/cluster_messages.hpp"

namespace archipelago::gateway {

bool NewestEpoch::note(std::uint64_t epoch) {
  auto seen = newest_.load(std::memory_order_relaxed);
  while (epoch > seen)
    if (newest_.compare_exchange_weak(seen, epoch, std::memory_order_relaxed)) return true;
  return epoch == seen;
}

CoreWatch::CoreWatch(Loop& loop, bus::Mailbox& mailbox, bus::Bus const& bus, NewestEpoch& newest,
                     Metrics& metrics)
    : loop_(loop),
      bus_(bus),
      newest_(newest),
      metrics_(metrics),
      status_(mailbox.subscribe(
          bus::subjects::kClusterCore, [this](bus::Message const& message) { hear(message); },
          bus::Weight::vital)) {}

bool CoreWatch::leads() const {
  return led_ && loop_.now() - *led_ < kCoreLeads;
}

bool CoreWatch::admits(std::uint64_t epoch) {
  bool const good = epoch == 0 ? silent() : believes(epoch);
  if (!good) metrics_.add(Metric::cluster_fenced);
  return good;
}

/// An epoch from the far future would shut out every core that comes after it.
bool CoreWatch::believes(std::uint64_t epoch) {
  if (!plausible(epoch, loop_.wall_now()) || !newest_.note(epoch)) return false;
  heard_ = loop_.now();
  return true;
}

bool CoreWatch::silent() const {
  if (!heard_) return true;
  auto const could_be_heard = bus_.connected_for().value_or(Millis{0});
  return std::min(loop_.now() - *heard_, could_be_heard) >= kCoreSilence;
}

void CoreWatch::hear(bus::Message const& message) {
  auto const news = read_core_status(message);
  if (!news) return metrics_.reject(news.error().code);
  if (believes(news->epoch)) led_ = loop_.now();
}

}  // namespace archipelago::gateway
