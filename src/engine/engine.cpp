// What every policy shares: checks of the settings, and names.
#include "archipelago/engine.hpp"

#include <cmath>

namespace archipelago::engine {
namespace {

constexpr float kMinDistance =
    0.01F;  // finer than that, a grid over the world has too many columns
constexpr double kMaxBudget = 10;
constexpr float kMaxDistance = 10'000.0F;
constexpr float kMaxWorld = 1'000'000.0F;
constexpr std::uint32_t kMaxPeers = 65'535;
constexpr std::size_t kMaxIdLength = 4096;

// Written so that NaN is outside every range.
bool within(float value, float low, float high) {
  return value >= low && value <= high;
}

std::string outside(std::string_view name, std::string const& value, std::string_view range) {
  return std::string(name) + " is " + value + ", must be in " + std::string(range);
}

}  // namespace

std::optional<std::string> problem_with(Limits const& l) {
  if (!within(l.join_distance, kMinDistance, kMaxDistance))
    return outside("join distance", std::to_string(l.join_distance), "[0.01, 10000] metres");
  if (!within(l.leave_distance, l.join_distance, kMaxDistance))
    return outside("leave distance", std::to_string(l.leave_distance),
                   "[join distance, 10000] metres");
  if (l.max_peers == 0 || l.max_peers > kMaxPeers)
    return outside("max peers", std::to_string(l.max_peers), "[1, 65535]");
  if (!within(l.world_limit, 0, kMaxWorld) || l.world_limit == 0)
    return outside("world limit", std::to_string(l.world_limit), "(0, 1000000] metres");
  if (l.max_id_length == 0 || l.max_id_length > kMaxIdLength)
    return outside("max id length", std::to_string(l.max_id_length), "[1, 4096] bytes");
  return std::nullopt;
}

std::optional<std::string> problem_with(CrowdOptions const& options) {
  if (options.churn_budget >= 0 && options.churn_budget <= kMaxBudget) return std::nullopt;
  return outside("churn budget", std::to_string(options.churn_budget),
                 "[0, 10] changes per player-minute");
}

std::string_view name_of(Apart apart) {
  static constexpr std::array<std::string_view, 6> kNames{"together", "distance", "capacity",
                                                          "cooldown", "wish",     "waiting"};
  return kNames.at(static_cast<std::size_t>(apart));
}

std::string_view name_of(Cause cause) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(Cause::count_)> kNames{
      "arrival", "departure", "split", "merge", "wish", "carve", "gather", "voluntary"};
  return kNames.at(static_cast<std::size_t>(cause));
}

std::string_view name_of(Refusal refusal) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(Refusal::count_)> kNames{
      "full", "too_many_guests", "unknown_island", "too_soon", "not_allowed"};
  return kNames.at(static_cast<std::size_t>(refusal));
}

}  // namespace archipelago::engine
