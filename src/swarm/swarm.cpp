// One tick after another.
#include "swarm/swarm.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace archipelago::swarm {
namespace {

constexpr Millis kTick{50};
constexpr std::uint64_t kTicksToMove = 5;  // positions are renewed four times a second
constexpr Micros kChatEvery = std::chrono::seconds(5);

Micros period_of(double per_second) {
  return per_second <= 0 ? Micros{0} : Micros{static_cast<std::int64_t>(1e6 / per_second)};
}

/// Strictly after `now`, in step with `due`.
Micros after(Micros due, Micros period, Micros now) {
  return due + period > now ? due + period : now + period;
}

}  // namespace

Swarm::Swarm(std::vector<client::Network> networks, SwarmOptions options,
             std::vector<client::Identity> ready, Clock clock)
    : networks_(std::move(networks)),
      options_(std::move(options)),
      all_{.player = options_.player,
           .run = options_.run,
           .allow_remote = options_.allow_remote,
           .clock = std::move(clock)},
      script_(options_.script),
      ready_(std::move(ready)),
      dice_(options_.script.world.seed + options_.part),
      timer_(networks_.front().loop) {
  std::ranges::reverse(ready_);  // taken from the back
}

void Swarm::start() {
  all_.began = all_.clock();
  next_tick_ = all_.began;
  tick();
}

void Swarm::tick() {
  auto const now = all_.clock();
  all_.meters.lag.add(now - next_tick_);
  next_tick_ = now + kTick;
  timer_.start(kTick, [this] { tick(); });
  script_.advance(std::chrono::duration_cast<Millis>(now - all_.began));
  admit(now);
  bool const move = ticks_++ % kTicksToMove == 0;
  for (auto& place : places_) {
    if (move) follow(place);
    talk(place, now);
  }
  for (auto const number : script_.cut()) {
    auto const at = std::ranges::lower_bound(places_, number, {}, &Place::number);
    if (at != places_.end() && at->number == number) at->player->cut();
  }
}

/// Since the start.
Micros Swarm::opens(std::size_t place) const {
  return period_of(options_.logins_per_second) * static_cast<std::int64_t>(place);
}

void Swarm::admit(Micros now) {
  for (;;) {
    auto const number = places_.size() * options_.parts + options_.part;
    if (number >= script_.places() || now - all_.began < opens(number)) return;
    places_.push_back({.number = number});
    enter(places_.back());
  }
}

void Swarm::enter(Place& place) {
  auto const now = all_.clock();
  auto const& network = networks_[place.number / options_.parts % networks_.size()];
  bool const newcomer = place.player == nullptr;
  place.person = script_.person(place.number);
  place.player = std::make_unique<Participant>(network, next_identity(), all_);
  place.next_chat = now + some_of(kChatEvery);
  place.next_position = now + some_of(period_of(options_.positions_per_second));
  place.player->start(script_.at(place.number), newcomer);
}

void Swarm::follow(Place& place) {
  if (place.person == script_.person(place.number))
    return place.player->move_to(script_.at(place.number));
  ++all_.meters.turnover;
  enter(place);
}

void Swarm::talk(Place& place, Micros now) {
  if (options_.chat && now >= place.next_chat) {
    place.next_chat = after(place.next_chat, kChatEvery, now);
    place.player->chat();
  }
  auto const period = period_of(options_.positions_per_second);
  if (period > Micros{0} && now >= place.next_position) {
    place.next_position = after(place.next_position, period, now);
    place.player->show_position();
  }
}

client::Identity Swarm::next_identity() {
  if (ready_.empty())
    return client::Identity::guest(networks_.front().random, networks_.front().loop.wall_now());
  auto identity = std::move(ready_.back());
  ready_.pop_back();
  return identity;
}

Micros Swarm::some_of(Micros period) {
  return period * static_cast<std::int64_t>(dice_.next() % 1'000) / 1'000;
}

void Swarm::quiet() {
  timer_.cancel();
}

void Swarm::add_tails(Tails& tails) const {
  for (auto const& place : places_) tails.emplace(place.player->key(), place.player->tail());
}

void Swarm::leave(Tails const& tails) {
  for (auto const& place : places_) place.player->settle(tails);
  places_.clear();
}

Population Swarm::population() const {
  Population all;
  auto const now = all_.clock();
  for (auto const& [number, person, player, chat, position] : places_) {
    bool const in = player->in_room();
    all.online += player->online() ? 1 : 0;
    all.on_island += player->on_island() ? 1 : 0;
    all.in_room += in ? 1 : 0;
    all.missing += !in && now - player->started() > kPatience ? 1 : 0;
  }
  all.wanted = places_.size();
  return all;
}

}  // namespace archipelago::swarm
