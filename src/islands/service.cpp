// The actor around the engine.
#include "islands/service.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
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

/// When each island of `next` came to be: as `last` knows, else now.
void carry_births(Snapshot const& last, Snapshot& next) {
  std::unordered_map<std::string_view, WallTime> births;
  births.reserve(last.islands.size());
  for (auto const& island : last.islands) births.emplace(island.id, island.since);
  for (auto& island : next.islands) {
    auto const known = births.find(island.id);
    island.since = known == births.end() ? next.taken : known->second;
  }
}

Options checked(Options options) {
  if (auto const problem = problem_with(options)) throw std::invalid_argument(*problem);
  return options;
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
      announcer_(*engine_, backend_, bus_, metrics_),
      explainer_(std::make_shared<Explainer>(loop_, *engine_, stopwatch_)),
      snapshot_(std::make_shared<Snapshot const>(
          Snapshot{.taken = loop_.wall_now(), .made = loop_.now()})),
      flush_timer_(loop_),
      arrival_timer_(loop_),
      discovery_timer_(loop_) {
  listen();
  flush_timer_.start(options_.flush_interval, [this] { regular_flush(); });
  discover();
}

Service::~Service() = default;

std::shared_ptr<Snapshot const> Service::snapshot() const {
  std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
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
}

void Service::on_heartbeat(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return metrics_.reject(Errc::bad_address);
  auto const heartbeat = read_heartbeat(message.payload);
  if (!heartbeat) return metrics_.reject(heartbeat.error().code);
  auto const& at = heartbeat->at;
  if (at) take_over(*player, *at, heartbeat->desired_room);
}

void Service::take_over(Address const& player, engine::Position at,
                        std::optional<std::string> const& desired_room) {
  bool const arrives = players_.find(player) == nullptr;
  if (arrives && players_.size() >= options_.max_players) return metrics_.reject(Errc::realm_full);
  auto const admission = engine_->report(player.text(), at, desired_room);
  if (auto const why = refusal(admission)) return metrics_.reject(*why);
  players_.touch(player, loop_.now(), loop_.wall_now());
  metrics_.add(Metric::positions);
  if (arrives) expect_arrivals();
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
  auto const began = stopwatch_();
  auto const changes = engine_->place(loop_.now().since_origin);
  if (changes.empty()) return flush();
  tell(changes, began, Distribution::placement_seconds);
  metrics_.add(Metric::placements);
}

void Service::regular_flush() {
  auto const began = stopwatch_();
  players_.expire(loop_.now() - options_.heartbeat_expiry,
                  [this](Address const& silent) { engine_->leave(silent.text()); });
  flush();
  bus_.publish(bus::subjects::kIslands, island_status_message(*snapshot_));
  auto const used = std::chrono::ceil<Millis>(stopwatch_() - began);
  flush_timer_.start(std::max(kShortestPause, options_.flush_interval - used),
                     [this] { regular_flush(); });
}

void Service::flush() {
  auto const began = stopwatch_();
  arrival_timer_.cancel();
  auto const changes = engine_->flush(loop_.now().since_origin);
  log_refused(engine_->refused_wishes());
  tell(changes, began, Distribution::flush_seconds);
  metrics_.add(Metric::flushes);
}

void Service::tell(std::span<engine::Change const> changes, std::chrono::microseconds began,
                   Distribution work) {
  auto next = make_snapshot();
  auto const moved = review(*next);
  for (auto& island : next->islands) island.backend = backend_.carrier(island.id);
  publish(std::move(next));  // first: who is told of an island finds itself there
  announcer_.announce(changes, moved, players_, loop_.wall_now());
  auto const used = stopwatch_() - began;
  next_placement_ = loop_.now() + kPlacementSpacing * std::chrono::ceil<Millis>(used);
  metrics_.add(Metric::flush_micros, used.count());
  metrics_.note(work, std::chrono::duration<double>(used).count());
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
  carry_births(*snapshot_, *next);
  return next;
}

void Service::publish(std::shared_ptr<Snapshot const> next) {
  count_wishes(next->wishes, metrics_);
  count_sizes(*next, metrics_);
  metrics_.set(Metric::players, static_cast<std::int64_t>(engine_->player_count()));
  metrics_.set(Metric::islands, static_cast<std::int64_t>(engine_->island_count()));
  std::lock_guard lock(snapshot_mutex_);
  snapshot_.swap(next);  // the old one is freed after the lock
}

void Service::discover() {
  ServiceStatus const status{.now = loop_.wall_now(),
                             .commit_hash = options_.commit_hash,
                             .users = engine_->player_count()};
  bus_.publish(bus::subjects::kDiscovery, discovery_message(status));
  bus_.publish(bus::subjects::kServiceDiscovery, discovery_json(status));
  discovery_timer_.start(options_.discovery_interval, [this] { discover(); });
}

}  // namespace archipelago::islands
