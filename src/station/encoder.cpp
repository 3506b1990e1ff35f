// Two tables, and what of them is news.
#include "station/encoder.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace archipelago::station {
namespace {

constexpr double kMost = 2'000'000'000;  // dm

/// In hundredths: an island is not told again for less.
float recall_of(std::string const& island, islands::Quality const& quality) {
  constexpr float kUnknown = -1;
  auto const found = quality.islands.find(island);
  if (found == quality.islands.end()) return kUnknown;
  return static_cast<float>(std::round(found->second * 100) / 100);
}

std::int32_t decimetres(double metres) {
  return static_cast<std::int32_t>(std::lround(std::clamp(metres * 10, -kMost, kMost)));
}

unsigned digit(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

/// The 20 bytes of `0x…`.
void append_bytes(std::string_view address, std::string& to) {
  for (std::size_t i = 2; i + 1 < address.size(); i += 2)
    to.push_back(static_cast<char>(digit(address[i]) << 4U | digit(address[i + 1])));
}

}  // namespace

Update Encoder::advance(islands::Snapshot const& snapshot, islands::Quality const& quality) {
  Update news;
  ++round_;
  bool const places = snapshot.privacy != islands::Privacy::none;
  for (auto const& island : snapshot.islands) {
    auto const number = see(island, recall_of(island.id, quality), news);
    if (!places) continue;
    for (auto const& peer : island.peers) see(peer, number, news);
  }
  drop_unseen(news);
  return news;
}

std::uint32_t Encoder::see(islands::Snapshot::Island const& island, float recall, Update& news) {
  auto& known = islands_[island.id];
  IslandRow const row{.number = known.row.number != 0 ? known.row.number : ++last_island_,
                      .players = static_cast<std::uint32_t>(island.peers.size()),
                      .max_players = island.max_peers,
                      .x_dm = decimetres(island.centre_x),
                      .z_dm = decimetres(island.centre_z),
                      .radius_dm = static_cast<std::uint32_t>(
                          std::ceil(std::clamp(island.radius * 10, 0.0, kMost))),
                      .since_ms = island.since.ms_since_epoch,
                      .backend = island.backend,
                      .recall = recall};
  known.round = round_;
  if (row != known.row) tell(island.id, known.row = row, news);
  return row.number;
}

void Encoder::see(islands::Snapshot::Peer const& peer, std::uint32_t island, Update& news) {
  auto& known = players_[peer.address];
  auto const x = decimetres(peer.at.x);
  auto const z = decimetres(peer.at.z);
  bool const is_new = known.number == 0;
  bool const same = known.x_dm == x && known.z_dm == z && known.island == island;
  known.round = round_;
  if (!is_new && same) return;
  known = {.number = is_new ? ++last_player_ : known.number,
           .x_dm = x,
           .z_dm = z,
           .island = island,
           .round = round_};
  tell(known, news);
  if (is_new) name(peer.address, known, news);
}

void Encoder::drop_unseen(Update& news) {
  std::erase_if(islands_, [&](auto const& entry) {
    bool const gone = entry.second.round != round_;
    if (gone) news.add_islands_gone(entry.second.row.number);
    return gone;
  });
  std::erase_if(players_, [&](auto const& entry) {
    bool const gone = entry.second.round != round_;
    if (gone) news.add_players_gone(entry.second.number);
    return gone;
  });
}

Update Encoder::whole() const {
  Update all;
  all.set_whole(true);
  for (auto const& [id, known] : islands_) tell(id, known.row, all);
  if (players_.empty()) return all;
  auto& columns = *all.mutable_players();
  auto const size = static_cast<int>(players_.size());
  for (auto* const column :
       {columns.mutable_number(), columns.mutable_island(), columns.mutable_named()})
    column->Reserve(size);
  columns.mutable_x_dm()->Reserve(size);
  columns.mutable_z_dm()->Reserve(size);
  columns.mutable_addresses()->reserve(20 * players_.size());
  for (auto const& [address, row] : players_) {
    tell(row, all);
    name(address, row, all);
  }
  return all;
}

void Encoder::forget() {
  islands_ = {};
  players_ = {};
}

void Encoder::tell(std::string const& id, IslandRow const& row, Update& to) {
  auto& island = *to.add_islands();
  island.set_number(row.number);
  island.set_id(id);
  island.set_players(row.players);
  island.set_max_players(row.max_players);
  island.set_x_dm(row.x_dm);
  island.set_z_dm(row.z_dm);
  island.set_radius_dm(row.radius_dm);
  island.set_since_ms(static_cast<std::uint64_t>(row.since_ms));
  island.set_backend(row.backend);
  island.set_recall(row.recall);
}

void Encoder::tell(PlayerRow const& row, Update& to) {
  auto& columns = *to.mutable_players();
  columns.add_number(row.number);
  columns.add_x_dm(row.x_dm);
  columns.add_z_dm(row.z_dm);
  columns.add_island(row.island);
}

void Encoder::name(Address const& address, PlayerRow const& row, Update& to) {
  auto& columns = *to.mutable_players();
  columns.add_named(row.number);
  append_bytes(address.text(), *columns.mutable_addresses());
}

}  // namespace archipelago::station
