// What a core hears while another one leads.
#include "islands/follower.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <decentraland/kernel/comms/v3/archipelago.pb.h>

#include "bus/subjects.hpp"
#include "islands/cluster_messages.hpp"
#include "islands/heartbeat.hpp"
#include "islands/id_maker.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

constexpr Millis kSlept{1'000};            // four ticks were missed: nobody listened
constexpr std::size_t kSpareIslands = 64;  // noted beyond one for each player
constexpr auto kNothing = [](Address const&) {};

Options checked(Options options) {
  if (auto const problem = problem_with(options)) throw std::invalid_argument(*problem);
  return options;
}

/// Mean and reach of where the members stand.
void measure(Snapshot::Island& island) {
  for (auto const& peer : island.peers) {
    island.centre_x += static_cast<double>(peer.at.x);
    island.centre_z += static_cast<double>(peer.at.z);
  }
  island.centre_x /= static_cast<double>(island.peers.size());
  island.centre_z /= static_cast<double>(island.peers.size());
  for (auto const& peer : island.peers)
    island.radius = std::max(island.radius,
                             std::hypot(peer.at.x - island.centre_x, peer.at.z - island.centre_z));
}

}  // namespace

Follower::Follower(Parts parts, Options options)
    : loop_(parts.loop),
      bus_(parts.bus),
      metrics_(parts.metrics),
      options_(checked(std::move(options))),
      max_peers_(parts.max_peers),
      board_(parts.board ? std::move(parts.board)
                         : std::make_shared<SnapshotBoard>(loop_.wall_now(), loop_.now())),
      registry_(parts.known ? std::move(*parts.known) : Registry(loop_.now())),
      newest_epoch_(parts.epoch),
      heard_ours_(loop_.now()),
      tick_timer_(loop_),
      look_timer_(loop_) {
  listen();
  tick();
  look_timer_.start(options_.flush_interval, [this] { look(); });
}

Follower::~Follower() = default;

void Follower::listen() {
  namespace subjects = bus::subjects;
  mailbox_ = bus_.open(loop_, options_.mailbox, options_.mailbox_rest);
  auto const on = [this](std::string_view pattern, void (Follower::*handle)(bus::Message const&),
                         bus::Weight weight) {
    subscriptions_.push_back(mailbox_->subscribe(
        pattern, [this, handle](bus::Message const& m) { (this->*handle)(m); }, weight));
  };
  on(subjects::kAnyPeerHeartbeat, &Follower::on_heartbeat, bus::Weight::droppable);
  on(subjects::kAnyClientHeartbeat, &Follower::on_heartbeat, bus::Weight::droppable);
  on(subjects::kClusterHeartbeats, &Follower::on_batch, bus::Weight::droppable);
  on(subjects::kAnyPeerConnect, &Follower::on_session_change, bus::Weight::vital);
  on(subjects::kAnyPeerDisconnect, &Follower::on_session_change, bus::Weight::vital);
  on(subjects::kAnyClusterGateway, &Follower::on_gateway, bus::Weight::vital);
  on(subjects::kAnyIslandChanged, &Follower::on_island_changed, bus::Weight::vital);
  on(subjects::kIslands, &Follower::on_islands, bus::Weight::droppable);
  on(subjects::kClusterCore, &Follower::on_core, bus::Weight::droppable);
}

/// Its record, made if there is room; null, and counted, if there is none.
Players::Record* Follower::hear_of(Address const& player) {
  if (registry_.players.size() < options_.max_players || registry_.players.find(player) != nullptr)
    return &registry_.players.touch(player, loop_.now(), loop_.wall_now());
  metrics_.reject(Errc::realm_full);
  return nullptr;
}

void Follower::on_heartbeat(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return metrics_.reject(Errc::bad_address);
  auto heartbeat = read_heartbeat(message.payload);
  if (!heartbeat) return metrics_.reject(heartbeat.error().code);
  if (!heartbeat->at) return;
  auto* const record = hear_of(*player);
  if (record == nullptr) return;
  record->at = *heartbeat->at;
  if (heartbeat->desired_room) record->wish = std::move(heartbeat->desired_room);
}

void Follower::on_batch(bus::Message const& message) {
  auto const batch = HeartbeatBatch::read(message.payload);
  if (!batch) return metrics_.reject(batch.error().code);
  metrics_.add(Metric::cluster_batches);
  for (auto const why : batch->refused()) metrics_.reject(why);
  auto const gateway = registry_.gateways.hear(batch->gateway(), loop_.now());
  for (auto const& beat : batch->beats()) on_beat(beat, gateway);
}

void Follower::on_beat(Beat const& beat, Gateways::Number gateway) {
  if (auto const* const known = registry_.players.find(beat.player)) {
    auto const age = registry_.compare(*known, beat.login, gateway);
    if (age == SessionAge::older) return;
    if (age == SessionAge::newer) registry_.players.remove(beat.player);
  }
  auto* const record = hear_of(beat.player);
  if (record == nullptr) return;
  if (record->login != beat.login || record->told != beat.told) note_connection(beat);
  record->at = beat.at;
  record->login = beat.login;
  record->gateway = gateway;
  if (beat.desired_room && record->wish != beat.desired_room) record->wish = *beat.desired_room;
  if (record->told == beat.told) return;
  if (record->told.empty() || loop_.now() - record->told_at > kAnnouncementPatience)
    record->told = beat.told;
}

/// What was announced since is newer than what the player knew.
void Follower::note_connection(Beat const& beat) {
  if (beat.told.empty() || beat.connection.empty()) return;
  auto* const island = note_island(beat.told);
  if (island != nullptr && island->connection.empty()) island->connection = beat.connection;
}

void Follower::on_session_change(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return metrics_.reject(Errc::bad_address);
  registry_.players.remove(*player);
}

void Follower::on_gateway(bus::Message const& message) {
  auto const status = read_gateway_status(message.payload);
  if (!status) return metrics_.reject(status.error().code);
  if (message.subject != bus::subjects::cluster_gateway(status->gateway))
    return metrics_.reject(Errc::bad_request);
  registry_.hear(*status, loop_.now(), kNothing);
}

/// From a core that leads no more, or never did.
bool Follower::is_stale(bus::Message const& message) {
  if (believes(message.epoch)) return false;
  metrics_.add(Metric::cluster_fenced);
  return true;
}

bool Follower::believes(std::uint64_t epoch) {
  auto const now = loop_.now();
  if (epoch == 0)
    return newest_epoch_ == 0 ||
           std::min(now - heard_ours_, registry_.attentive_for(now)) >= kCoreSilence;
  auto const latest = loop_.wall_now() + kEpochMostAhead;
  if (epoch < newest_epoch_ || std::cmp_greater(epoch, latest.ms_since_epoch)) return false;
  newest_epoch_ = epoch;
  heard_ours_ = now;
  return true;
}

void Follower::on_island_changed(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return metrics_.reject(Errc::bad_address);
  auto const head = read_island_changed(message.payload);
  if (!head) return metrics_.reject(head.error().code);
  if (is_stale(message)) return;
  if (auto* const island = note_island(head->island)) {
    auto const base = head->connection_string.substr(0, head->connection_string.find('?'));
    if (base.size() <= kMaxConnectionBase) island->connection = base;
  }
  auto* record = registry_.players.find(*player);
  if (record == nullptr) record = hear_of(*player);
  if (record == nullptr) return;  // who was spoken to need not live: that is no heartbeat
  record->told = head->island;
  record->told_at = loop_.now();
  record->moved = false;
}

void Follower::on_islands(bus::Message const& message) {
  namespace v3 = decentraland::kernel::comms::v3;
  auto const status = wire::decode<v3::IslandStatusMessage>(message.payload, kMaxIslandsBytes);
  if (!status) return metrics_.reject(status.error().code);
  if (is_stale(message)) return;
  for (auto const& island : status->data()) {
    auto* const noted = is_island_id(island.id()) ? note_island(island.id()) : nullptr;
    if (noted == nullptr) {
      metrics_.reject(Errc::bad_request);
      continue;
    }
    noted->max_peers = island.max_peers();
    for (auto const& peer : island.peers()) note_member(peer, island.id());
  }
}

/// Of a player of one of our gateways that gateway and announcements know better.
void Follower::note_member(std::string_view address, std::string const& island) {
  auto const player = Address::parse(address);
  if (!player) return metrics_.reject(Errc::bad_address);
  auto* record = registry_.players.find(*player);
  if (record != nullptr && record->login != 0) return;
  if (record == nullptr || !record->at) record = hear_of(*player);
  if (record == nullptr || record->told == island) return;
  record->told = island;
  record->told_at = loop_.now();
}

/// Null: there are more islands than there could be players.
Follower::Island* Follower::note_island(std::string_view id) {
  std::string key(id);
  auto const known = islands_.find(key);
  if (known == islands_.end() && islands_.size() >= options_.max_players + kSpareIslands)
    return nullptr;
  return known == islands_.end() ? &islands_[std::move(key)] : &known->second;
}

void Follower::tick() {
  tick_timer_.start(kClusterTick, [this] { tick(); });
  registry_.look(loop_.now(), bus_.connected_for(), kSlept);
  registry_.lose_gateways(loop_.now(), metrics_, kNothing);
}

void Follower::look() {
  look_timer_.start(options_.flush_interval, [this] { look(); });
  registry_.look(loop_.now(), bus_.connected_for(), kSlept);
  registry_.expire(loop_.now(), options_.heartbeat_expiry, kNothing);
  auto next = make_snapshot();
  forget_islands();
  board_->hang(std::move(next));
}

std::shared_ptr<Snapshot> Follower::make_snapshot() const {
  auto next = std::make_shared<Snapshot>(Snapshot{.taken = loop_.wall_now(), .made = loop_.now()});
  std::unordered_map<std::string_view, std::size_t> places;
  registry_.players.each([&](Players::Record const& player) {
    if (player.told.empty() || !player.at) return;
    auto const [place, first] = places.try_emplace(player.told, next->islands.size());
    if (first) next->islands.push_back({.id = player.told, .max_peers = max_peers_});
    next->islands[place->second].peers.push_back(
        {player.address, *player.at, player.last_heartbeat_at});
    ++next->players;
  });
  for (auto& island : next->islands) {
    std::ranges::sort(island.peers, {}, &Snapshot::Peer::address);
    measure(island);
    auto const noted = islands_.find(island.id);
    if (noted != islands_.end() && noted->second.max_peers != 0)
      island.max_peers = noted->second.max_peers;
  }
  std::ranges::sort(next->islands, older_id, &Snapshot::Island::id);
  carry_births(*board_->newest(), *next);
  return next;
}

/// Islands of which nobody is told any more.
void Follower::forget_islands() {
  std::unordered_map<std::string, Island> kept;
  registry_.players.each([&](Players::Record const& player) {
    auto const known = islands_.find(player.told);
    if (known == islands_.end()) return;
    kept.emplace(known->first, std::move(known->second));
    islands_.erase(known);
  });
  islands_ = std::move(kept);
}

Follower::Knowledge Follower::hand_over() {
  forget_islands();
  Knowledge knowledge{.registry = std::move(registry_), .connections = {}};
  for (auto& [id, island] : islands_)
    if (!island.connection.empty()) knowledge.connections.emplace(id, std::move(island.connection));
  return knowledge;
}

}  // namespace archipelago::islands
