// The actor around the engine.
#include "islands/service.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "islands/heartbeat.hpp"
#include "islands/messages.hpp"
#include "islands/size_report.hpp"
#include "islands/wish_report.hpp"

namespace archipelago::islands {
namespace {

constexpr Millis kShortestPause{1};
/// A placement begins this many times its predecessor's length after that began: at most a third of
/// the time.
constexpr int kPlacementSpacing = 3;

Options checked(Options options) {
  if (auto const problem = problem_with(options)) throw std::invalid_argument(*problem);
  return options;
}

/// What the new leader knows, taken out of `leading`.
Registry known_of(std::optional<Leading>& leading, Instant now) {
  return leading ? std::move(leading->known) : Registry(now);
}

std::optional<Errc> refusal(engine::Admission admission) {
  switch (admission) {
    case engine::Admission::accepted:
    case engine::Admission::clamped:
      return std::nullopt;
    case engine::Admission::bad_position:
      return Errc::invalid_position;
    case engine::Admission::bad_id:
      return Errc::bad_address;
    case engine::Admission::bad_room:
      return Errc::message_too_big;
  }
  return Errc::internal_error;
}

}  // namespace

Service::Service(Parts parts, Options options)
    : loop_(parts.loop),
      bus_(parts.bus),
      metrics_(parts.metrics),
      backend_(parts.backend),
      engine_(std::move(parts.engine)),
      stopwatch_(std::move(parts.stopwatch)),
      options_(checked(std::move(options))),
      registry_(known_of(parts.leading, loop_.now())),
      leading_(std::move(parts.leading)),
      players_(registry_.players),
      announcer_(*engine_, backend_, bus_, metrics_),
      explainer_(std::make_shared<Explainer>(loop_, *engine_, stopwatch_)),
      board_(leading_ ? leading_->board
                      : std::make_shared<SnapshotBoard>(loop_.wall_now(), loop_.now())),
      flush_timer_(loop_),
      arrival_timer_(loop_),
      discovery_timer_(loop_),
      tick_timer_(loop_) {
  listen();
  flush_timer_.start(leading_ ? kShortestPause : options_.flush_interval,
                     [this] { regular_flush(); });
  if (leading_) tick();
  discover();
}

Service::~Service() = default;

std::shared_ptr<Snapshot const> Service::snapshot() const {
  return board_->newest();
}

void Service::listen() {
  namespace subjects = bus::subjects;
  mailbox_ = bus_.open(loop_, options_.mailbox, options_.mailbox_rest);
  auto const on = [this](std::string_view pattern, void (Service::*handle)(bus::Message const&),
                         bus::Weight weight) {
    subscriptions_.push_back(mailbox_->subscribe(
        pattern, [this, handle](bus::Message const& m) { (this->*handle)(m); }, weight));
  };
  on(subjects::kAnyPeerHeartbeat, &Service::on_heartbeat, bus::Weight::droppable);
  on(subjects::kAnyClientHeartbeat, &Service::on_heartbeat, bus::Weight::droppable);
  on(subjects::kAnyPeerConnect, &Service::on_session_change, bus::Weight::vital);
  on(subjects::kAnyPeerDisconnect, &Service::on_session_change, bus::Weight::vital);
  on(subjects::kClusterHeartbeats, &Service::on_batch, bus::Weight::droppable);
  on(subjects::kAnyClusterGateway, &Service::on_gateway, bus::Weight::vital);
}

void Service::on_heartbeat(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return metrics_.reject(Errc::bad_address);
  auto const heartbeat = read_heartbeat(message.payload);
  if (!heartbeat) return metrics_.reject(heartbeat.error().code);
  auto const& at = heartbeat->at;
  if (at) take_over(*player, *at, heartbeat->desired_room);
}

/// `told`: by the player's gateway, if that is one of ours. Who was told of an island stays on it,
/// whoever told. Null: refused, and counted.
bool Service::is_placed(Address const& player) const {
  auto const place = engine_->find(player.text());
  return place && !place->island.empty();
}

Players::Record* Service::take_over(Address const& player, engine::Position at,
                                    std::optional<std::string_view> desired_room,
                                    std::string_view told) {
  auto* record = players_.find(player);
  bool const arrives = record == nullptr || !record->at;
  if (record == nullptr && players_.size() >= options_.max_players) {
    metrics_.reject(Errc::realm_full);
    return nullptr;
  }
  if (arrives && told.empty() && record != nullptr) told = record->told;
  // heard of without its island first, and not placed meanwhile
  bool const waits = !arrives && !told.empty() && record->told.empty() && !is_placed(player);
  bool const stays = (arrives || waits) && !told.empty();
  auto const admission = stays ? engine_->adopt(player.text(), at, told, desired_room)
                               : engine_->report(player.text(), at, desired_room);
  if (auto const why = refusal(admission)) {
    metrics_.reject(*why);
    return nullptr;
  }
  std::string const island(stays ? told : std::string_view());  // `told` may be the record's own
  record = &players_.touch(player, loop_.now(), loop_.wall_now());
  record->at = at;
  metrics_.add(Metric::positions);
  if (stays) {
    record->told = island;
    metrics_.add(Metric::cluster_adopted);
  }
  if (arrives) expect_arrivals();
  return record;
}

/// A new session and the end of one mean the same to the islands: what was is over.
void Service::on_session_change(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return metrics_.reject(Errc::bad_address);
  forget(*player);
}

void Service::forget(Address const& player) {
  if (players_.remove(player)) engine_->leave(player.text());
}

void Service::expect_arrivals() {
  if (arrival_timer_.running()) return;
  auto const delay = std::max(options_.arrival_delay, next_placement_ - loop_.now());
  arrival_timer_.start(delay, [this] { place_arrivals(); });
}

void Service::place_arrivals() {
  auto const epoch = mandate();
  if (!epoch) return wait_for_mandate();
  auto const began = stopwatch_();
  auto const changes = engine_->place(loop_.now().since_origin);
  if (changes.empty()) return flush(*epoch);
  tell(changes, began, Distribution::placement_seconds, *epoch);
  metrics_.add(Metric::placements);
}

void Service::regular_flush() {
  auto const began = stopwatch_();
  look_around();
  if (auto const epoch = mandate()) {
    flush(*epoch);
    bus_.publish(bus::subjects::kIslands, island_status_message(*snapshot()), *epoch);
  } else if (loop_.now() - snapshot()->made >= options_.flush_interval) {
    hang(make_snapshot());  // its age tells that this loop lives
  }
  auto const used = std::chrono::ceil<Millis>(stopwatch_() - began);
  auto const pause = mandate() ? options_.flush_interval : kClusterTick;
  flush_timer_.start(std::max(kShortestPause, pause - used), [this] { regular_flush(); });
}

/// Whoever has been silent for too long is gone.
void Service::look_around() {
  look();
  registry_.expire(loop_.now(), options_.heartbeat_expiry,
                   [this](Address const& silent) { engine_->leave(silent.text()); });
}

void Service::wait_for_mandate() {
  arrival_timer_.start(kClusterTick, [this] { place_arrivals(); });
}

void Service::flush(std::uint64_t epoch) {
  auto const began = stopwatch_();
  arrival_timer_.cancel();
  auto const changes = engine_->flush(loop_.now().since_origin);
  log_refused(engine_->refused_wishes());
  tell(changes, began, Distribution::flush_seconds, epoch);
  metrics_.add(Metric::flushes);
}

void Service::tell(std::span<engine::Change const> changes, std::chrono::microseconds began,
                   Distribution work, std::uint64_t epoch) {
  auto next = make_snapshot();
  auto const moved = review(*next);
  hang(std::move(next));  // first: who is told of an island finds itself there
  announcer_.announce(changes, moved, players_, moment(epoch));
  retold_ = false;
  auto const used = stopwatch_() - began;
  next_placement_ = loop_.now() + kPlacementSpacing * std::chrono::ceil<Millis>(used);
  metrics_.add(Metric::flush_micros, used.count());
  metrics_.note(work, std::chrono::duration<double>(used).count());
}

Moment Service::moment(std::uint64_t epoch) const {
  return {.wall = loop_.wall_now(), .now = loop_.now(), .epoch = epoch};
}

/// The islands that the backend moved.
std::vector<std::string> Service::review(Snapshot const& next) {
  std::vector<adapters::IslandFacts> facts;
  facts.reserve(next.islands.size());
  for (auto const& island : next.islands)
    facts.push_back({.id = island.id,
                     .players = island.peers.size(),
                     .x = island.centre_x,
                     .z = island.centre_z});
  return backend_.review(facts, loop_.now());
}

std::shared_ptr<Snapshot> Service::make_snapshot() {
  auto next = std::make_shared<Snapshot>(
      Snapshot{.taken = loop_.wall_now(), .made = loop_.now(), .wishes = engine_->wishes()});
  next->islands.reserve(engine_->island_count());
  engine_->each_island([&](engine::IslandView const& view) {
    auto& island = next->islands.emplace_back(Snapshot::Island{.id = std::string(view.id),
                                                               .max_peers = view.max_peers,
                                                               .centre_x = view.centre_x,
                                                               .centre_z = view.centre_z,
                                                               .radius = view.radius});
    island.peers.reserve(view.members.size());
    for (auto const& member : view.members)
      if (auto const address = Address::parse(member.player))
        if (auto const* const record = players_.find(*address))
          island.peers.push_back({*address, member.at, record->last_heartbeat_at});
    next->players += island.peers.size();
  });
  carry_births(*snapshot(), *next);
  return next;
}

void Service::hang(std::shared_ptr<Snapshot> next) {
  for (auto& island : next->islands) island.backend = backend_.carrier(island.id);
  count_wishes(next->wishes, metrics_);
  count_sizes(*next, metrics_);
  metrics_.set(Metric::players, static_cast<std::int64_t>(engine_->player_count()));
  metrics_.set(Metric::islands, static_cast<std::int64_t>(engine_->island_count()));
  board_->hang(std::move(next));
}

void Service::discover() {
  discovery_timer_.start(options_.discovery_interval, [this] { discover(); });
  auto const epoch = leads();
  if (!epoch) return;
  ServiceStatus const status{.now = loop_.wall_now(),
                             .commit_hash = options_.commit_hash,
                             .users = engine_->player_count()};
  bus_.publish(bus::subjects::kDiscovery, discovery_message(status), *epoch);
  bus_.publish(bus::subjects::kServiceDiscovery, discovery_json(status), *epoch);
}

}  // namespace archipelago::islands
