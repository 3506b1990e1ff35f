// What the tests of the feed share: made-up worlds, and a viewer that keeps the tables.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <archipelago/station.pb.h>

#include "islands/snapshot.hpp"

namespace archipelago::station::testing {

inline Address address(unsigned number) {
  std::array<char, 41> digits{};
  std::snprintf(digits.data(), digits.size(), "%040x", number);
  return *Address::parse("0x" + std::string(digits.data()));
}

/// Island id -> its players and where they stand.
using Places = std::map<std::string, std::map<unsigned, engine::Position>>;

inline islands::Snapshot snapshot(Places const& places, std::int64_t at = 1'000) {
  islands::Snapshot made{.taken = {at}, .made = {}};
  for (auto const& [id, people] : places) {
    auto& island = made.islands.emplace_back(islands::Snapshot::Island{
        .id = id, .max_peers = 100, .since = {500}, .backend = "ws-room"});
    for (auto const& [number, where] : people)
      island.peers.push_back({address(number), where, {at}});
    made.players += people.size();
  }
  return made;
}

/// A viewer as docs/STATION.md wants it: two tables, by number. Throws where an update makes no
/// sense.
class Watcher {
 public:
  using Player = std::tuple<std::string, int, int, std::uint32_t>;  // address, x, z, island

  void take(std::string const& bytes) {
    Update update;
    if (!update.ParseFromString(bytes)) throw std::runtime_error("not an update");
    take(update);
  }
  void take(Update const& update) {
    if (update.whole()) {
      islands.clear();
      players.clear();
    } else if (!began) {
      throw std::runtime_error("a delta came first");
    }
    began = true;
    remove(islands, update.islands_gone());
    remove(players, update.players_gone());
    for (auto const& island : update.islands())
      islands[island.number()] = island.SerializeAsString();
    names(update.players());
    columns(update.players());
    last = update;
  }

  std::map<std::uint32_t, std::string> islands;  ///< rows as bytes, to be compared
  std::map<std::uint32_t, Player> players;
  Update last;
  bool began = false;

  friend bool operator==(Watcher const& a, Watcher const& b) {
    return a.islands == b.islands && a.players == b.players;
  }

 private:
  template <class Table, class Numbers>
  static void remove(Table& table, Numbers const& gone) {
    for (auto const number : gone)
      if (table.erase(number) == 0) throw std::runtime_error("gone, but was never there");
  }
  void names(Players const& columns) {
    if (columns.addresses().size() != 20U * static_cast<unsigned>(columns.named_size()))
      throw std::runtime_error("20 bytes for each name");
    for (int i = 0; i < columns.named_size(); ++i) {
      auto const name = columns.addresses().substr(20U * static_cast<unsigned>(i), 20);
      auto const fresh = players.emplace(columns.named(i), Player{name, 0, 0, 0}).second;
      if (!fresh) throw std::runtime_error("named twice");
    }
  }
  void columns(Players const& columns) {
    auto const size = columns.number_size();
    if (columns.x_dm_size() != size || columns.z_dm_size() != size || columns.island_size() != size)
      throw std::runtime_error("columns of unequal length");
    for (int i = 0; i < size; ++i) {
      auto& [name, x, z, island] = players.at(columns.number(i));
      std::tie(x, z, island) = std::tuple(columns.x_dm(i), columns.z_dm(i), columns.island(i));
      if (!islands.contains(island)) throw std::runtime_error("on an island that nobody knows");
    }
  }
};

}  // namespace archipelago::station::testing
