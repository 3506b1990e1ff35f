// Announcements: IslandChanged to the player, peer_join to the island's topic.
#include "islands/announcer.hpp"

#include <utility>

#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "islands/messages.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::islands {

void Announcer::announce(std::span<engine::Change const> changes,
                         std::span<std::string const> moved, Players& players,
                         Moment const& moment) {
  peers_.clear();
  for (auto const& island : moved) note_moved(island, players);
  auto retry = std::exchange(owed_, {});
  for (auto const& change : changes) {
    auto const address = Address::parse(change.player);
    if (!address || change.to.empty()) continue;
    retry.erase(*address);
    settle(*address, players, moment);
  }
  for (auto const& address : retry) settle(address, players, moment);
  if (owes()) log::warn("islands", "no connection string", {{"players", owed_.size()}});
}

void Announcer::note_moved(std::string_view island, Players& players) {
  engine_.see_island(island, [&](engine::IslandView const& view) {
    for (auto const& member : view.members) {
      auto const address = Address::parse(member.player);
      auto* const player = address ? players.find(*address) : nullptr;
      if (player == nullptr || player->told != island) continue;
      player->moved = true;
      owed_.insert(*address);
    }
  });
}

void Announcer::settle(Address const& address, Players& players, Moment const& moment) {
  auto* const player = players.find(address);
  auto const place = engine_.find(address.text());
  if (player == nullptr || !place || place->island.empty()) return;
  if (player->told == place->island && !player->moved) return;
  auto const connection = backend_.connection_string(place->island, address, moment.wall);
  if (connection) return tell(*player, place->island, *connection, moment);
  metrics_.reject(connection.error().code);
  log::debug("islands", "connection string refused",
             {{"player", address.text()}, {"why", connection.error().detail}});
  owed_.insert(address);
}

void Announcer::tell(Players::Record& player, std::string_view island,
                     std::string_view connection_string, Moment const& moment) {
  auto const message =
      island_changed_message(island, connection_string, player.told, peers_of(island));
  bool const came = player.told != island;
  if (came && !player.told.empty()) metrics_.add(Metric::player_moves);
  player.told = island;
  player.moved = false;
  player.way = wire::way_of(connection_string);
  player.told_at = moment.now;
  bus_.publish(bus::subjects::island_changed(player.address), message, moment.epoch);
  bus_.publish(bus::subjects::client_island_changed(player.address), message, moment.epoch);
  if (came)
    bus_.publish(bus::subjects::client_island_peer_join(island),
                 join_island_message(island, player.address.text()), moment.epoch);
  metrics_.add(Metric::island_changes);
}

std::string const& Announcer::peers_of(std::string_view island) {
  auto const [place, first] = peers_.try_emplace(std::string(island));
  if (first)
    engine_.see_island(island,
                       [&](engine::IslandView const& view) { place->second = encode_peers(view); });
  return place->second;
}

}  // namespace archipelago::islands
