// Where the benchmark's people stand, and how they move.
#include "engine/crowd_worlds.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace archipelago::engine::bench {
namespace {
constexpr double kTurn = 2 * std::numbers::pi;
constexpr float kRoam = 40;  // m from home
}  // namespace

World::World(std::string_view kind, std::size_t players)
    : kind_(kind),
      half_(2400 * std::max(1.0, std::sqrt(static_cast<double>(players) / 10'000))),
      radius_(100 * std::sqrt(static_cast<double>(players) / 5000)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, players / 500); ++i)
    hotspots_.push_back({static_cast<float>((chance() * 2 - 1) * half_), 0,
                         static_cast<float>((chance() * 2 - 1) * half_)});
  for (std::size_t i = 0; i < players; ++i) {
    ids_.push_back("0x" + std::string(30, 'a') +
                   std::to_string(1'000'000'000 + i * 7919 % players));
    home_.push_back(spot(i));
    auto const direction = chance() * kTurn;
    auto const speed = chance() < 0.2 ? 6.0 : 0.6;
    vx_.push_back(static_cast<float>(speed * std::cos(direction)));
    vz_.push_back(static_cast<float>(speed * std::sin(direction)));
  }
  at_ = home_;
}

double World::chance() {
  seed_ = seed_ * 6364136223846793005ULL + 1442695040888963407ULL;
  return static_cast<double>(seed_ >> 11U) / static_cast<double>(1ULL << 53U);
}

double World::gauss() {
  auto const a = std::max(1e-12, chance()), b = chance();
  return std::sqrt(-2 * std::log(a)) * std::cos(kTurn * b);
}

Position World::spot(std::size_t player) {
  if (is("crowd")) {
    auto const direction = chance() * kTurn, distance = radius_ * std::sqrt(chance());
    return {static_cast<float>(distance * std::cos(direction)), 0,
            static_cast<float>(distance * std::sin(direction))};
  }
  if (is("plazas") && chance() < 0.8) {
    auto const& h =
        hotspots_[static_cast<std::size_t>(chance() * static_cast<double>(hotspots_.size()))];
    return {h.x + static_cast<float>(60 * gauss()), 0, h.z + static_cast<float>(60 * gauss())};
  }
  if (is("city") || is("plazas"))
    return {static_cast<float>((chance() * 2 - 1) * half_), 0,
            static_cast<float>((chance() * 2 - 1) * half_)};
  return hostile_spot(player);
}

Position World::hostile_spot(std::size_t player) {
  auto const i = static_cast<float>(player);
  if (is("line")) return {i * 0.05F, 0, 0};
  if (is("walls")) return {player % 2 == 0 ? 0.01F : 64.41F, 0, static_cast<float>(chance() * 40)};
  if (is("corners")) return {player % 2 == 0 ? -1e9F : 1e9F, 0, player % 4 < 2 ? -1e9F : 1e9F};
  if (is("scattered"))
    return {static_cast<float>(chance() * 2e5 - 1e5), 0, static_cast<float>(chance() * 2e5 - 1e5)};
  if (is("flapping"))
    return {static_cast<float>(player - player % 2) * 100.0F, 0, player % 2 == 0 ? 0 : 79.0F};
  return {10, 0, 10};
}

void World::step() {
  ++steps_;
  for (std::size_t i = 0; i < at_.size(); ++i) {
    if (is("flapping")) {
      if (i % 2 == 1) at_[i].z = steps_ % 2 == 0 ? 60.0F : 81.0F;
      continue;
    }
    if (!is("city") && !is("plazas") && !is("crowd")) continue;
    if (chance() < 1.0 / 16) vx_[i] = std::exchange(vz_[i], -vx_[i]);
    auto const dx = at_[i].x + vx_[i] - home_[i].x, dz = at_[i].z + vz_[i] - home_[i].z;
    if (dx * dx + dz * dz > kRoam * kRoam) {
      vx_[i] = -vx_[i];
      vz_[i] = -vz_[i];
      continue;
    }
    at_[i].x += vx_[i];
    at_[i].z += vz_[i];
  }
}

void World::report(Engine& engine) const {
  for (std::size_t i = 0; i < at_.size(); ++i) engine.report(ids_[i], at_[i]);
}

}  // namespace archipelago::engine::bench
