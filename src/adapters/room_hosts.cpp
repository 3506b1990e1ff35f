// Where each island is, and where it goes when its host is gone.
#include "adapters/room_hosts.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "adapters/rendezvous.hpp"
#include "base/log.hpp"

namespace archipelago::adapters {
namespace {

constexpr std::string_view kProtocol = "ws-room:";
constexpr std::size_t kLongestConnection = 1'024;
/// How far above its share a host may go: enough that most islands are where the hash wants them.
constexpr double kUnevenness = 1.25;

bool has_room(RoomHost const& host, std::size_t players) {
  return host.capacity == 0 || host.players + players <= host.capacity;
}

bool takes_islands(RoomHost const& host) {
  return !host.gone && !host.draining;
}

}  // namespace

RoomHosts::RoomHosts(Parts parts)
    : table_(parts.loop, parts.bus, parts.metrics,
             [key = parts.key, lifetime = parts.token_lifetime,
              epoch = std::move(parts.epoch)](std::string const& base) {
               return std::make_unique<WsRoom>(base, key, lifetime, epoch);
             }),
      metrics_(parts.metrics) {
  if (parts.token_lifetime <= Millis{0})
    throw std::invalid_argument("room token lifetime must be positive");
}

Result<std::string> RoomHosts::connection_string(std::string_view island, Address const& player,
                                                 WallTime now) {
  auto const place = places_.find(island);
  auto const host = place == places_.end() ? by_hash(island) : place->second.host;
  if (host == nullptr || host->gone) return fail(Errc::upstream_failed, "no room host");
  return host->rooms->connection_string(island, player, now);
}

std::vector<std::string> RoomHosts::review(std::span<IslandFacts const> islands, Instant /*now*/) {
  ++review_;
  std::size_t players = 0;
  for (auto const& island : islands) players += island.players;
  auto const homeless = look_at(islands);
  std::vector<std::string> moved;
  if (!homeless.empty()) {
    auto const hosts = choice(players);
    for (auto const& one : homeless)
      if (settle(one, hosts)) moved.emplace_back(one.island->id);
  }
  std::erase_if(places_, [this](auto const& entry) { return entry.second.review != review_; });
  if (!moved.empty()) log::info("adapters", "islands changed hosts", {{"islands", moved.size()}});
  return moved;
}

/// Counts the players of each host. Those which need one, or another one.
std::vector<RoomHosts::Homeless> RoomHosts::look_at(std::span<IslandFacts const> islands) {
  for (auto const& [id, host] : table_.hosts()) host->players = 0;
  std::vector<Homeless> homeless;
  for (auto const& island : islands) {
    auto found = places_.find(island.id);
    if (found == places_.end()) found = places_.emplace(island.id, Place{}).first;
    auto& place = found->second;
    place.review = review_;
    if (!place.connection.empty()) {
      place.host = table_.of(place.connection);
      if (place.host) place.connection.clear();
    }
    if (place.host) place.host->players += island.players;
    if (!place.host || !takes_islands(*place.host)) homeless.push_back({&island, &place});
  }
  return homeless;
}

/// True: it moved.
bool RoomHosts::settle(Homeless const& homeless, Choice const& choice) {
  auto& place = *homeless.place;
  if (!place.connection.empty() && table_.learning()) return false;
  auto next = choose(choice, *homeless.island);
  if (!next) return false;  // it stays with one that drains, while there is no other
  bool const moves = place.host != nullptr || !place.connection.empty();
  if (moves) metrics_.add(Metric::islands_moved_failed);
  if (place.host) place.host->players -= homeless.island->players;
  next->players += homeless.island->players;
  place.host = std::move(next);
  place.connection.clear();
  return moves;
}

/// A host without a limit weighs as much as the largest of the others.
RoomHosts::Choice RoomHosts::choice(std::size_t players) const {
  Choice choice;
  choice.players = static_cast<double>(players);
  std::size_t largest = 1;
  for (auto const& [id, host] : table_.hosts()) largest = std::max(largest, host->capacity);
  for (auto const& [id, host] : table_.hosts()) {
    if (!takes_islands(*host)) continue;
    auto const weight = static_cast<double>(host->capacity == 0 ? largest : host->capacity);
    choice.candidates.push_back({host, weight});
    choice.weights += weight;
  }
  return choice;
}

/// The one that it prefers of those within their share; when there is none, the one that will be
/// the least full, with room if there is any. Null: there is no host.
std::shared_ptr<RoomHost> RoomHosts::choose(Choice const& choice, IslandFacts const& island) {
  Candidate const* best = nullptr;
  using Rank = std::tuple<bool, bool, double, double>;  // the greatest is the best
  Rank best_rank{};
  for (auto const& candidate : choice.candidates) {
    auto const& host = *candidate.host;
    auto const load = static_cast<double>(host.players + island.players);
    auto const share = choice.players * candidate.weight / choice.weights;
    bool const fits = has_room(host, island.players);
    bool const fair = fits && load <= kUnevenness * share;
    auto const prefers = preference(island.id, host.id, candidate.weight);
    Rank const rank{fits, fair, fair ? 0 : -load / candidate.weight, prefers};
    if (best != nullptr && rank <= best_rank) continue;
    best = &candidate;
    best_rank = rank;
  }
  return best == nullptr ? nullptr : best->host;
}

std::shared_ptr<RoomHost> RoomHosts::by_hash(std::string_view island) const {
  auto const hosts = choice(0);
  auto const prefers = [island](Candidate const& candidate) {
    return preference(island, candidate.host->id, candidate.weight);
  };
  auto const best = std::ranges::max_element(hosts.candidates, {}, prefers);
  return best == hosts.candidates.end() ? nullptr : best->host;
}

void RoomHosts::adopt(std::string_view island, std::string_view connection) {
  if (!carries(connection)) return;
  auto& place = places_[std::string(island)];
  place.host = table_.of(connection);
  place.connection = place.host ? std::string() : std::string(connection);
  place.review = review_;
}

bool RoomHosts::carries(std::string_view connection) const {
  return connection.starts_with(kProtocol) && connection.size() <= kLongestConnection;
}

bool RoomHosts::alive() const {
  auto const takes = [](auto const& entry) { return takes_islands(*entry.second); };
  return table_.learning() || std::ranges::any_of(table_.hosts(), takes);
}

std::optional<std::size_t> RoomHosts::capacity() const {
  std::size_t sum = 0;
  for (auto const& [id, host] : table_.hosts()) {
    if (!takes_islands(*host)) continue;
    if (host->capacity == 0) return 0;
    sum += host->capacity;
  }
  return sum;
}

std::string RoomHosts::carrier(std::string_view island) const {
  auto const place = places_.find(island);
  if (place == places_.end() || !place->second.host || place->second.host->gone) return {};
  return "ws-room " + place->second.host->url;
}

}  // namespace archipelago::adapters
