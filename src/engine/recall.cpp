// A sorted grid of 8 m cells, searched in growing squares until ten neighbours are certain.
#include "engine/recall.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace archipelago::engine {
namespace {

constexpr float kCell = 8;  // m
constexpr std::int64_t kOffset = 1LL << 31;
constexpr std::size_t kCrowdedCell = 1'000;
constexpr std::size_t kFewestAnswers = 256;  // however costly

std::int64_t cell(float coordinate) {
  return static_cast<std::int64_t>(std::floor(coordinate / kCell));
}

std::uint64_t key(std::int64_t column, std::int64_t row) {
  return (static_cast<std::uint64_t>(row + kOffset) << 32U) |
         static_cast<std::uint64_t>(column + kOffset);
}

double squared(Standing const& a, Standing const& b) {
  auto const dx = static_cast<double>(a.x) - static_cast<double>(b.x);
  auto const dz = static_cast<double>(a.z) - static_cast<double>(b.z);
  return dx * dx + dz * dz;
}

std::size_t answers_within(RecallBudget const& budget, std::size_t players,
                           std::size_t most_crowded) {
  auto const affordable =
      std::max(budget.people / std::max<std::size_t>(most_crowded, 1), kFewestAnswers);
  return std::min({players, budget.answers, affordable});
}

}  // namespace

/// The best ten so far, nearest first.
class NeighbourSearch::Nearest {
 public:
  void offer(double distance2, std::uint32_t player) {
    Entry const entry{distance2, player};
    if (size_ == kNeighbours && !(entry < best_.back())) return;
    auto const end = best_.begin() + static_cast<std::ptrdiff_t>(std::min(size_, kNeighbours - 1));
    auto const at = std::upper_bound(best_.begin(), end, entry);
    std::move_backward(at, end, end + 1);
    *at = entry;
    size_ = std::min(size_ + 1, kNeighbours);
  }
  void clear() { size_ = 0; }
  [[nodiscard]] bool full_within(double distance2) const {
    return size_ == kNeighbours && std::get<0>(best_.back()) <= distance2;
  }
  [[nodiscard]] Neighbours judge(std::span<Standing const> players, std::uint32_t island) const {
    Neighbours answer{static_cast<std::uint32_t>(size_), 0};
    for (std::size_t i = 0; i < size_; ++i)
      answer.together += players[std::get<1>(best_.at(i))].island == island ? 1U : 0U;
    return answer;
  }

 private:
  using Entry = std::tuple<double, std::uint32_t>;
  std::array<Entry, kNeighbours> best_{};
  std::size_t size_ = 0;
};

NeighbourSearch::NeighbourSearch(std::span<Standing const> players)
    : players_(players), cells_(players.size()), occupants_(players.size()) {
  std::vector<std::uint64_t> cell_of(players.size());
  for (std::size_t i = 0; i < players.size(); ++i)
    cell_of[i] = key(cell(players[i].x), cell(players[i].z));
  std::iota(occupants_.begin(), occupants_.end(), 0U);
  std::ranges::sort(occupants_, [&](std::uint32_t a, std::uint32_t b) {
    return std::tie(cell_of[a], a) < std::tie(cell_of[b], b);
  });
  for (std::size_t i = 0; i < players.size(); ++i) cells_[i] = cell_of[occupants_[i]];
}

void NeighbourSearch::look(std::size_t player, float radius, Nearest& nearest) const {
  auto const& at = players_[player];
  auto const limit2 = static_cast<double>(radius) * static_cast<double>(radius);
  auto const left = cell(at.x - radius), right = cell(at.x + radius);
  auto const last_row = cell(at.z + radius);
  for (auto row = cell(at.z - radius); row <= last_row; ++row) {
    auto from = std::ranges::lower_bound(cells_, key(left, row)) - cells_.begin();
    for (auto const end = key(right, row); from < std::ssize(cells_); ++from) {
      auto const i = static_cast<std::size_t>(from);
      if (cells_[i] > end) break;
      auto const other = occupants_[i];
      if (other == player) continue;
      if (auto const d2 = squared(at, players_[other]); d2 <= limit2) nearest.offer(d2, other);
    }
  }
}

/// Thousands on one point are their own nearest: no need to look at all of them.
bool NeighbourSearch::all_on_one_point(std::size_t player, Nearest& nearest) const {
  auto const& at = players_[player];
  auto const [first, last] = std::ranges::equal_range(cells_, key(cell(at.x), cell(at.z)));
  if (static_cast<std::size_t>(last - first) < kCrowdedCell) return false;
  for (auto c = first; c != last && !nearest.full_within(0); ++c) {
    auto const other = occupants_[static_cast<std::size_t>(c - cells_.begin())];
    if (other != player && squared(at, players_[other]) == 0) nearest.offer(0, other);
  }
  return nearest.full_within(0);
}

Neighbours NeighbourSearch::of(std::size_t player) const {
  Nearest nearest;
  if (!all_on_one_point(player, nearest))
    for (float radius = kCell; radius <= kNeighbourhood; radius *= 2) {
      nearest.clear();
      look(player, radius, nearest);
      if (nearest.full_within(static_cast<double>(radius) * static_cast<double>(radius))) break;
    }
  return nearest.judge(players_, players_[player].island);
}

std::size_t NeighbourSearch::most_crowded() const {
  std::size_t most = 0, run = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    run = i > 0 && cells_[i] == cells_[i - 1] ? run + 1 : 1;
    most = std::max(most, run);
  }
  return most;
}

void Recall::add(std::span<Standing const> players, Heard const& heard) {
  if (players.empty()) return;
  NeighbourSearch const search(players);
  auto const stride =
      players.size() / answers_within(budget_, players.size(), search.most_crowded());
  for (auto i = turn_++ % stride; i < players.size(); i += stride) {
    auto const answer = search.of(i);
    if (answer.neighbours == 0) continue;
    ++counts_.at(answer.neighbours).at(answer.together);
    ++answers_;
    if (heard) heard(i, answer);
  }
}

double Recall::mean() const {
  double sum = 0;
  for (std::size_t n = 1; n <= kNeighbours; ++n)
    for (std::size_t k = 0; k <= n; ++k)
      sum += static_cast<double>(counts_.at(n).at(k)) * static_cast<double>(k) /
             static_cast<double>(n);
  return answers_ == 0 ? 1 : sum / static_cast<double>(answers_);
}

double Recall::tenth_percentile() const {
  std::vector<std::pair<double, std::uint64_t>> shares;
  for (std::size_t n = 1; n <= kNeighbours; ++n)
    for (std::size_t k = 0; k <= n; ++k)
      shares.emplace_back(static_cast<double>(k) / static_cast<double>(n), counts_.at(n).at(k));
  std::ranges::sort(shares);
  auto rest = answers_ / 10;
  for (auto const& [share, count] : shares) {
    if (rest < count) return share;
    rest -= count;
  }
  return 1;
}

}  // namespace archipelago::engine
