// Counters and lines about wishes.
#include "islands/wish_report.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/log.hpp"

namespace archipelago::islands {
namespace {

constexpr std::size_t kMostLines = 32;  // of one flush: a peer's wishes must not fill a disk

constexpr std::array kRefused{
    Metric::wishes_refused_full,           Metric::wishes_refused_too_many_guests,
    Metric::wishes_refused_unknown_island, Metric::wishes_refused_too_soon,
    Metric::wishes_refused_not_allowed,
};
static_assert(kRefused.size() == static_cast<std::size_t>(engine::Refusal::count_));

}  // namespace

void count_wishes(engine::WishCounters const& wishes, Metrics& metrics) {
  auto const set = [&](Metric metric, std::uint64_t value) {
    metrics.set(metric, static_cast<std::int64_t>(value));
  };
  set(Metric::wishes_asked, wishes.asked);
  set(Metric::wishes_honoured, wishes.honoured);
  set(Metric::wishes_withdrawn, wishes.withdrawn);
  set(Metric::wishes_waiting, wishes.waiting);
  for (std::size_t i = 0; i < kRefused.size(); ++i) set(kRefused.at(i), wishes.refused.at(i));
}

void log_refused(std::span<engine::RefusedWish const> refused) {
  for (auto const& wish : refused.first(std::min(refused.size(), kMostLines)))
    log::info(
        "islands", "wish refused",
        {{"player", wish.player}, {"room", wish.room}, {"reason", engine::name_of(wish.reason)}});
  if (refused.size() > kMostLines)
    log::info("islands", "wishes refused", {{"more", refused.size() - kMostLines}});
}

}  // namespace archipelago::islands
