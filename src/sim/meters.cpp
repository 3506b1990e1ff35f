// Figures of a run.
#include "sim/meters.hpp"

#include <algorithm>

namespace archipelago::sim {
namespace {

constexpr double kMillisPerMinute = 60'000;
constexpr double kNanosPerMilli = 1e6;

/// The smallest value that `share` of all do not exceed.
template <class T>
T percentile(std::vector<T> values, double share) {
  if (values.empty()) return T{};
  auto const at = std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / kNanosPerMilli;
}

}  // namespace

void Meters::add(engine::Engine const& engine, std::span<engine::Change const> changes,
                 Millis since_last, FlushCost cost, bool measured) {
  hash_.add_flush(changes);
  count_changes(changes, since_last, measured);
  if (measured) {
    report_times_.push_back(cost.reports);
    flush_times_.push_back(cost.flush);
    look(engine);
  }
  players_ = engine.player_count();
  auto const& counters = engine.counters();
  refused_ = counters.bad_id + counters.bad_position + counters.bad_room;
}

void Meters::add_placed(std::span<engine::Change const> changes) {
  hash_.add_flush(changes);
  count_changes(changes, Millis{}, true);
}

void Meters::add_adopted(std::string_view player) {
  told_.emplace(player);
}

void Meters::count_changes(std::span<engine::Change const> changes, Millis since_last,
                           bool measured) {
  auto const before = told_.size();
  std::size_t left = 0;
  for (auto const& change : changes) {
    std::string player(change.player);
    if (change.to.empty())
      left += told_.erase(player);
    else if (!told_.insert(std::move(player)).second && measured)
      ++moves_.at(static_cast<std::size_t>(change.cause));
  }
  if (!measured) return;
  player_minutes_ += static_cast<double>(before - left) * static_cast<double>(since_last.count()) /
                     kMillisPerMinute;
}

void Meters::look(engine::Engine const& engine) {
  std::vector<engine::Standing> standing;
  standing.reserve(engine.player_count());
  sizes_.clear();
  engine.each_island([&](engine::IslandView const& island) {
    auto const number = static_cast<std::uint32_t>(sizes_.size());
    auto const size = island.members.size();
    for (auto const& member : island.members)
      standing.push_back({member.at.x, member.at.z, number});
    sizes_.push_back(size);
    if (size < island.max_peers) seated_ += static_cast<double>(size);
  });
  seen_ += static_cast<double>(standing.size());
  if (!sizes_.empty()) largest_ = std::max(largest_, *std::ranges::max_element(sizes_));
  recall_.add(standing);
}

Report Meters::report() const {
  Report r;
  r.players = players_;
  r.flushes = flush_times_.size();
  r.flush_p50_ms = milliseconds(percentile(flush_times_, 0.5));
  r.flush_p99_ms = milliseconds(percentile(flush_times_, 0.99));
  r.report_p50_ms = milliseconds(percentile(report_times_, 0.5));
  r.recall_mean = recall_.mean();
  r.recall_p10 = recall_.tenth_percentile();
  std::uint64_t moves = 0;
  for (std::size_t i = 0; i < moves_.size(); ++i) {
    if (moves_.at(i) == 0) continue;
    moves += moves_.at(i);
    r.changes[std::string(name_of(static_cast<engine::Cause>(i)))] = moves_.at(i);
  }
  r.churn = player_minutes_ > 0 ? static_cast<double>(moves) / player_minutes_ : 0;
  r.free_seat = seen_ > 0 ? seated_ / seen_ : 1;
  r.islands = sizes_.size();
  r.size_p50 = percentile(sizes_, 0.5);
  r.size_p90 = percentile(sizes_, 0.9);
  r.size_max = largest_;
  r.refused = refused_;
  r.hash = hash_.text();
  return r;
}

}  // namespace archipelago::sim
