// Worlds and walkers.
#include "sim/world.hpp"

#include <algorithm>
#include <cmath>

namespace archipelago::sim {
namespace {

constexpr double kSpeed = 3;              // m/s
constexpr double kHotspotSigma = 60;      // m
constexpr double kAtHotspot = 0.8;        // share
constexpr double kWalkers = 0.2;          // share, of mixed
constexpr double kRest = 60;              // s, mean
constexpr double kStroll = 15 * 0.7;      // m, sigma in each direction: about 15 m away
constexpr double kHalfSide = 2'400;       // m
constexpr double kCrowdRadius = 100;      // m
constexpr double kCrowdPlayers = 5'000;   // within that radius
constexpr double kRoomyPlayers = 10'000;  // above, the city grows
constexpr std::size_t kPerHotspot = 500;
constexpr double kMoment = 1e-4;  // s: what is left is not worth a step

double root_of_ratio(std::size_t players, double to) {
  return std::sqrt(static_cast<double>(players) / to);
}

double length(double x, double z) {
  return std::sqrt(x * x + z * z);  // not hypot: its last bit is the library's
}

constexpr std::size_t kMillion = 1'000'000;

std::size_t millionths_leaving(WorldOptions const& options) {
  auto const usual = options.mobility == Mobility::mixed ? 0.01 : 0.0;
  return static_cast<std::size_t>(std::llround(1e6 * options.turnover.value_or(usual)));
}

}  // namespace

std::optional<Place> place_of(std::string_view name) {
  if (name == "city") return Place::city;
  if (name == "plazas") return Place::plazas;
  if (name == "crowd") return Place::crowd;
  if (name == "growing") return Place::growing;
  return std::nullopt;
}

std::optional<Mobility> mobility_of(std::string_view name) {
  if (name == "walk") return Mobility::walk;
  if (name == "mixed") return Mobility::mixed;
  return std::nullopt;
}

std::string name_of(Person const& person) {
  return "p" + std::to_string(person.number);
}

World::World(WorldOptions const& options)
    : options_(options),
      chance_(options.seed),
      half_side_(kHalfSide * std::max(1.0, root_of_ratio(options.players, kRoomyPlayers))),
      radius_(kCrowdRadius * root_of_ratio(options.players, kCrowdPlayers)),
      leaving_(millionths_leaving(options)) {
  if (options_.place == Place::plazas)
    for (auto n = std::max<std::size_t>(1, (options_.players + kPerHotspot / 2) / kPerHotspot);
         n > 0; --n) {
      auto const x = chance_.between(-half_side_, half_side_);
      hotspots_.push_back({x, chance_.between(-half_side_, half_side_)});
    }
  people_.reserve(options_.players);
  if (options_.place == Place::growing)
    grow();
  else
    while (people_.size() < options_.players) people_.push_back(arrival());
}

bool World::is_crowd() const {
  return options_.place == Place::crowd || options_.place == Place::growing;
}

Point World::spot_in_disc() {
  for (;;) {
    auto const x = chance_.between(-1, 1), z = chance_.between(-1, 1);
    if (x * x + z * z <= 1) return {x * radius_, z * radius_};
  }
}

Point World::spot(Person const& person) {
  if (is_crowd()) return spot_in_disc();
  if (person.hotspot) {
    auto const x = person.hotspot->x + kHotspotSigma * chance_.gaussian();
    return {x, person.hotspot->z + kHotspotSigma * chance_.gaussian()};
  }
  auto const x = chance_.between(-half_side_, half_side_);
  return {x, chance_.between(-half_side_, half_side_)};
}

Person World::arrival() {
  Person person;
  person.number = next_number_++;
  if (!hotspots_.empty() && chance_.happens(kAtHotspot))
    person.hotspot = hotspots_[chance_.below(hotspots_.size())];
  person.strolls = options_.mobility == Mobility::mixed && !chance_.happens(kWalkers);
  person.at = spot(person);
  choose_target(person);
  if (person.strolls) person.rest = chance_.exponential(kRest);
  return person;
}

void World::choose_target(Person& person) {
  if (!person.strolls) {
    person.target = spot(person);
    return;
  }
  person.target.x = person.at.x + kStroll * chance_.gaussian();
  person.target.z = person.at.z + kStroll * chance_.gaussian();
  auto const from_centre = length(person.target.x, person.target.z);
  if (!is_crowd() || from_centre <= radius_) return;
  person.target.x *= radius_ / from_centre;
  person.target.z *= radius_ / from_centre;
}

void World::advance(Person& person, double seconds) {
  while (seconds > kMoment) {
    if (person.rest > 0) {
      auto const pause = std::min(seconds, person.rest);
      person.rest -= pause;
      seconds -= pause;
      continue;
    }
    auto const dx = person.target.x - person.at.x, dz = person.target.z - person.at.z;
    auto const distance = length(dx, dz);
    if (distance > kSpeed * seconds) {
      person.at.x += dx / distance * kSpeed * seconds;
      person.at.z += dz / distance * kSpeed * seconds;
      return;
    }
    person.at = person.target;
    seconds -= distance / kSpeed + kMoment;
    choose_target(person);
    if (person.strolls) person.rest = chance_.exponential(kRest);
  }
}

void World::grow() {
  auto const due = std::min(options_.players,
                            (options_.players * flushes_ + kFlushesToGrow - 1) / kFlushesToGrow);
  while (people_.size() < due) people_.push_back(arrival());
}

/// Each place of the list is taken over by who comes: nobody else's order changes.
void World::replace_some() {
  for (due_ += people_.size() * leaving_; due_ >= kMillion; due_ -= kMillion) {
    auto& person = people_[chance_.below(people_.size())];
    gone_.push_back(person.number);
    person = arrival();
  }
}

void World::step() {
  ++flushes_;
  gone_.clear();
  for (auto& person : people_) advance(person, kSecondsPerFlush);
  if (options_.place == Place::growing) return grow();
  replace_some();
}

}  // namespace archipelago::sim
