// From following to leading and back.
#include "islands/core.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "islands/id_maker.hpp"
#include "islands/size_report.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::islands {
namespace {

struct Told {
  std::string_view island;
  std::vector<Players::Record*> players;
};

/// Who stands where it is known by island, oldest first; who was told of none comes last, as "".
std::vector<Told> by_age(Players& players) {
  std::vector<Told> all;
  std::unordered_map<std::string_view, std::size_t> places;
  players.each([&](Players::Record& player) {
    if (!player.at) return;
    auto const [place, first] = places.try_emplace(player.told, all.size());
    if (first) all.push_back({.island = player.told, .players = {}});
    all[place->second].players.push_back(&player);
  });
  std::ranges::sort(all, [](Told const& a, Told const& b) {
    if (a.island.empty() || b.island.empty()) return !a.island.empty() && b.island.empty();
    return older_id(a.island, b.island);
  });
  return all;
}

}  // namespace

Core::Core(Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      board_(std::make_shared<SnapshotBoard>(parts_.loop.wall_now(), parts_.loop.now())),
      explainer_(std::make_shared<Explainer>(
          parts_.loop,
          [this]() -> engine::Engine const* { return service_ ? &service_->engine() : nullptr; },
          parts_.stopwatch)) {
  follow(std::nullopt);
  std::weak_ptr<bool> const alive = alive_;
  parts_.lease.campaign(
      parts_.loop,
      [this, alive](std::uint64_t epoch) {
        if (!alive.expired()) won(epoch);
      },
      [this, alive] {
        if (!alive.expired()) lost();
      });
}

Core::~Core() {
  service_.reset();
  parts_.lease.resign();
}

std::uint64_t Core::epoch() const {
  auto const epoch = epoch_.load();
  return epoch == parts_.lease.epoch() ? epoch : 0;
}

void Core::follow(std::optional<Registry> known) {
  follower_ = std::make_unique<Follower>(Follower::Parts{.loop = parts_.loop,
                                                         .bus = parts_.bus,
                                                         .metrics = parts_.metrics,
                                                         .max_peers = parts_.max_peers,
                                                         .board = board_,
                                                         .known = std::move(known),
                                                         .epoch = last_epoch_},
                                         options_);
}

void Core::won(std::uint64_t epoch) {
  if (service_) lost();
  auto const began = parts_.stopwatch();
  auto knowledge = follower_->hand_over();
  follower_.reset();
  auto engine = parts_.engine(epoch);
  adopt(*engine, knowledge.registry.players);
  adopt(knowledge.connections, knowledge.registry.players);
  auto const players = knowledge.registry.players.size();
  service_ = std::make_unique<Service>(
      islands::Parts{.loop = parts_.loop,
                     .bus = parts_.bus,
                     .metrics = parts_.metrics,
                     .backend = parts_.backend,
                     .engine = std::move(engine),
                     .stopwatch = parts_.stopwatch,
                     .leading = leading_parts(epoch, std::move(knowledge.registry))},
      options_);
  last_epoch_ = epoch;
  epoch_ = epoch;
  parts_.metrics.set(Metric::cluster_leading, 1);
  parts_.metrics.add(Metric::cluster_takeovers);
  auto const used = std::chrono::ceil<Millis>(parts_.stopwatch() - began);
  log::info("islands", "leading", {{"epoch", epoch}, {"players", players}, {"ms", used.count()}});
}

Leading Core::leading_parts(std::uint64_t epoch, Registry known) {
  auto const mandate = [&lease = parts_.lease, epoch]() -> std::optional<std::uint64_t> {
    if (lease.epoch() != epoch) return std::nullopt;
    return epoch;
  };
  return {.core = parts_.id, .mandate = mandate, .known = std::move(known), .board = board_};
}

/// Each on the island that it was told of; what the engine refuses is forgotten.
void Core::adopt(engine::Engine& engine, Players& players) {
  std::vector<Address> refused;
  std::int64_t adopted = 0;
  for (auto const& [island, members] : by_age(players))
    for (auto const* const player : members) {
      auto const name = player->address.text();
      auto const admission = island.empty() ? engine.report(name, *player->at, player->wish)
                                            : engine.adopt(name, *player->at, island, player->wish);
      if (engine::is_refused(admission)) refused.push_back(player->address);
      adopted += island.empty() ? 0 : 1;
    }
  for (auto const& player : refused) players.remove(player);
  parts_.metrics.add(Metric::cluster_adopted, adopted);
}

/// Islands stay where they are carried, and whoever was told of another place is told again.
void Core::adopt(Follower::Connections const& connections, Players& players) {
  for (auto const& [island, connection] : connections) parts_.backend.adopt(island, connection);
  players.each([&](Players::Record& player) {
    auto const known = connections.find(player.told);
    player.way = known == connections.end() ? 0 : wire::way_of(known->second);
  });
}

void Core::lost() {
  if (!service_) return;
  epoch_ = 0;
  auto known = service_->hand_over();
  service_.reset();
  follow(std::move(known));
  parts_.metrics.set(Metric::cluster_leading, 0);
  parts_.metrics.set(Metric::players, 0);  // they are counted where the islands are made
  parts_.metrics.set(Metric::islands, 0);
  count_sizes(Snapshot{}, parts_.metrics);
  log::info("islands", "following", {{"epoch", last_epoch_}});
}

}  // namespace archipelago::islands
