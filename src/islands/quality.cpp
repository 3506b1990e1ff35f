// Snapshots into two figures that tell what players feel.
#include "islands/quality.hpp"

#include <utility>
#include <vector>

namespace archipelago::islands {
namespace {

/// Islands by their index.
std::vector<engine::Standing> standing(Snapshot const& snapshot) {
  std::vector<engine::Standing> players;
  players.reserve(snapshot.players);
  std::uint32_t island = 0;
  for (auto const& one : snapshot.islands) {
    for (auto const& peer : one.peers) players.push_back({peer.at.x, peer.at.z, island});
    ++island;
  }
  return players;
}

struct Mean {
  double sum = 0;
  std::size_t count = 0;
};

}  // namespace

Quality QualityMeter::measure(Snapshot const& snapshot) {
  auto const players = standing(snapshot);
  engine::Recall recall(kBudget);
  std::vector<Mean> means(snapshot.islands.size());
  recall.add(players, [&](std::size_t player, engine::Neighbours answer) {
    auto& mean = means[players[player].island];
    mean.sum += static_cast<double>(answer.together) / answer.neighbours;
    ++mean.count;
  });
  Quality quality;
  quality.churn = churn(snapshot);
  if (recall.answers() != 0) {
    quality.recall_mean = recall.mean();
    quality.recall_p10 = recall.tenth_percentile();
  }
  for (std::size_t i = 0; i < means.size(); ++i)
    if (means[i].count != 0)
      quality.islands.emplace(snapshot.islands[i].id,
                              means[i].sum / static_cast<double>(means[i].count));
  metrics_.set_ratio(Metric::recall_mean, quality.recall_mean.value_or(1));
  metrics_.set_ratio(Metric::recall_p10, quality.recall_p10.value_or(1));
  metrics_.set_ratio(Metric::churn, quality.churn);
  return quality;
}

double QualityMeter::churn(Snapshot const& snapshot) {
  constexpr double kMinute = 60'000;
  auto const last = moments_.empty() ? snapshot.made : moments_.back().at;
  auto const ms = static_cast<double>((snapshot.made - last).count());
  moments_.push_back({.at = snapshot.made,
                      .moves = metrics_.value(Metric::player_moves),
                      .player_minutes = static_cast<double>(snapshot.players) * ms / kMinute});
  if (moments_.size() > kMoments + 1) moments_.pop_front();
  double minutes = 0;
  for (std::size_t i = 1; i < moments_.size(); ++i) minutes += moments_[i].player_minutes;
  auto const moves = moments_.back().moves - moments_.front().moves;
  return minutes > 0 ? static_cast<double>(moves) / minutes : 0;
}

QualityWatch::QualityWatch(Loop& loop, Source snapshots, Metrics& metrics)
    : snapshots_(std::move(snapshots)), meter_(metrics), timer_(loop), pool_(1, 1) {
  timer_.start(kEvery, [this] { look(); });
}

QualityPointer QualityWatch::latest() const {
  std::lock_guard const lock(mutex_);
  return latest_;
}

void QualityWatch::look() {
  timer_.start(kEvery, [this] { look(); });
  auto task = [this, snapshot = snapshots_()] { measure(*snapshot); };
  static_cast<void>(pool_.try_submit(std::move(task)));  // full: there is one to come anyway
}

void QualityWatch::measure(Snapshot const& snapshot) {
  QualityPointer made = std::make_shared<Quality const>(meter_.measure(snapshot));
  std::lock_guard const lock(mutex_);
  latest_.swap(made);
}

}  // namespace archipelago::islands
