// From settings to an engine.
#include "sim/policy.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "base/base36.hpp"

namespace archipelago::sim {
namespace {

constexpr std::array<std::string_view, 2> kPolicies{"crowd", "reference"};
constexpr std::size_t kMaxHeadBytes = 64;

engine::CrowdOptions crowd_options(Settings const& s) {
  return {.churn_budget = s.churn_budget};
}

}  // namespace

std::span<std::string_view const> policies() {
  return kPolicies;
}

std::optional<std::string> problem_with(Settings const& s) {
  if (std::ranges::find(kPolicies, s.policy) == kPolicies.end())
    return "policy \"" + s.policy + "\" is unknown";
  if (auto const problem = engine::problem_with(crowd_options(s))) return problem;
  if (s.ids.size() > kMaxHeadBytes) return "ids must have at most 64 bytes";
  return engine::problem_with(s.limits);
}

std::unique_ptr<engine::Engine> make_engine(Settings const& settings) {
  if (auto const problem = problem_with(settings)) throw std::invalid_argument(*problem);
  engine::Hooks hooks;
  hooks.new_island_id = counted_ids(settings.ids);
  if (settings.policy == "crowd")
    return engine::make_crowd_engine(settings.limits, crowd_options(settings), std::move(hooks));
  return engine::make_reference_engine(settings.limits, std::move(hooks));
}

std::function<std::string()> counted_ids(std::string head) {
  return
      [head = std::move(head), last = std::uint64_t{0}]() mutable { return head + base36(++last); };
}

trace::Config config_line(Settings const& s) {
  return {.join = s.limits.join_distance,
          .leave = s.limits.leave_distance,
          .max = s.limits.max_peers,
          .policy = s.policy,
          .churn_budget = s.churn_budget,
          .ids = s.ids};
}

void apply(trace::Config const& line, Settings& settings) {
  settings.limits.join_distance = line.join;
  settings.limits.leave_distance = line.leave;
  settings.limits.max_peers = line.max;
  if (line.policy) settings.policy = *line.policy;
  if (line.churn_budget) settings.churn_budget = *line.churn_budget;
  if (line.ids) settings.ids = *line.ids;
}

}  // namespace archipelago::sim
