// "Why am I in this island?", from a policy's own state.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "engine/crowd.hpp"
#include "engine/reference.hpp"

namespace archipelago::engine {
namespace {

constexpr std::size_t kMostNearest = 100;

/// Keeps the nearest few.
class Nearest {
 public:
  explicit Nearest(std::size_t count) : count_(std::min(count, kMostNearest)) {}
  struct Entry {
    double distance;
    std::string_view player, island;
    Index body;
  };

  void add(Entry entry) {
    if (count_ == 0) return;
    if (entries_.size() == count_) {
      if (!before(entry, entries_.back())) return;
      entries_.pop_back();
    }
    entries_.insert(std::ranges::upper_bound(entries_, entry, before), entry);
  }
  [[nodiscard]] std::vector<Entry> const& entries() const { return entries_; }

 private:
  static bool before(Entry const& a, Entry const& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.player < b.player;
  }
  std::size_t count_;
  std::vector<Entry> entries_;
};

}  // namespace

std::optional<Explanation> ReferenceEngine::explain(std::string_view id,
                                                    std::size_t nearest) const {
  auto const found = players_.find(id);
  if (found == players_.end()) return std::nullopt;
  auto const& player = found->second->player;
  Explanation why{.player = player.id, .wish = player.wish};
  auto const* const island = player.island;
  if (island != nullptr) {
    why.island = island->id;
    why.seats = limits_.max_peers - island->members.size();
  }
  Nearest near(nearest);
  for (auto const& [sequence, other] : islands_)
    for (auto const* const member : other.members)
      if (member != &player)
        near.add(
            {std::hypot(double{member->at.x} - player.at.x, double{member->at.z} - player.at.z),
             member->id, other.id, 0});
  for (auto const& n : near.entries()) {
    auto const& other = *islands_by_id_.at(n.island);
    auto apart = Apart::capacity;
    if (&other == island)
      apart = Apart::together;
    else if (n.distance > limits_.join_distance)
      apart = Apart::distance;
    else if (island == nullptr ||
             island->members.size() + other.members.size() <= limits_.max_peers)
      apart = Apart::waiting;
    why.crowded = why.crowded || apart == Apart::capacity;
    why.nearest.push_back({std::string(n.player), std::string(n.island), n.distance, apart});
  }
  return why;
}

std::optional<Explanation> CrowdEngine::explain(std::string_view id, std::size_t nearest) const {
  auto const slot = world_.players.find(id);
  if (slot == kNone) return std::nullopt;
  auto const here = find(id);
  Explanation why{.player = std::string(id),
                  .island = std::string(here->island),
                  .wish = std::string(wishes_.room_of(slot))};
  auto const& bodies = world_.bodies;
  auto const self = world_.players.born(slot) == 0 ? kNone : world_.players.where(slot);
  if (self != kNone) {
    auto const& island = world_.islands[bodies.body[self].island];
    why.seats = world_.tuning.cap - island.size;
    why.guest = bodies.body[self].is(kGuest);
    why.crowded = island.place != kNone;
  }
  Nearest near(nearest);
  for (Index i = 0; i < bodies.size(); ++i) {
    auto const& body = bodies.body[i];
    if (i == self || body.is(kGone)) continue;
    near.add({std::hypot(double{bodies.x[i]} - here->at.x, double{bodies.z[i]} - here->at.z),
              world_.players[body.slot].id, world_.islands[body.island].id, i});
  }
  for (auto const& n : near.entries())
    why.nearest.push_back({std::string(n.player), std::string(n.island), n.distance,
                           why_apart(self, n.body, n.distance)});
  return why;
}

Apart CrowdEngine::why_apart(Index self, Index other, double distance) const {
  auto const& theirs = world_.bodies.body[other];
  if (self == kNone)
    return distance <= world_.limits.join_distance ? Apart::waiting : Apart::distance;
  auto const& mine = world_.bodies.body[self];
  if (mine.island == theirs.island) return Apart::together;
  if (mine.is(kGuest) || theirs.is(kGuest)) return Apart::wish;
  if (distance > world_.limits.join_distance) return Apart::distance;
  if (world_.islands[mine.island].place == kNone || world_.islands[theirs.island].place == kNone)
    return Apart::waiting;
  if (mine.is(kHeld)) return Apart::wish;
  return mine.cooldown != 0 ? Apart::cooldown : Apart::capacity;
}

std::string to_text(Explanation const& why) {
  std::string text = why.player;
  if (why.island.empty())
    text += " waits for its first flush.\n";
  else
    text += (why.guest ? " is a guest on " : " is on ") + why.island + ", which has " +
            std::to_string(why.seats) + " free seats" +
            (why.crowded ? ", in a crowd larger than one island.\n" : ".\n");
  if (!why.wish.empty()) text += "It wishes for " + why.wish + ".\n";
  for (auto const& n : why.nearest) {
    std::array<char, 32> metres{};
    static_cast<void>(std::snprintf(metres.data(), metres.size(), "%8.2f m  ", n.distance));
    text +=
        metres.data() + n.player + " on " + n.island + ": " + std::string(name_of(n.apart)) + "\n";
  }
  return text;
}

}  // namespace archipelago::engine
