// Which engine: policy, limits, churn budget and names of islands in one place, for the program and
// for the service.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "archipelago/engine.hpp"
#include "base/result.hpp"
#include "sim/trace.hpp"

namespace archipelago::sim {

/// The policies that can be chosen; the first is the default.
[[nodiscard]] std::span<std::string_view const> policies();

inline constexpr double kMaxChurnBudget = 10;

struct Settings {
  std::string policy = std::string(policies().front());
  engine::Limits limits;
  double churn_budget = 0.30;  ///< changes of island per player-minute, [0, 10]; crowd only
  std::string ids = "I";       ///< what islands' ids begin with; a counter in base 36 follows
};

/// One line that names what is wrong; nothing if an engine can be made.
[[nodiscard]] std::optional<std::string> problem_with(Settings const& settings);

/// Throws std::invalid_argument for what problem_with() names.
[[nodiscard]] std::unique_ptr<engine::Engine> make_engine(Settings const& settings);

/// `<head><counter>`, the counter in base 36 from 1.
[[nodiscard]] std::function<std::string()> counted_ids(std::string head);

/// As a trace's first line, and back: what the line does not say stays as it is.
[[nodiscard]] trace::Config config_line(Settings const& settings);
void apply(trace::Config const& line, Settings& settings);

}  // namespace archipelago::sim
