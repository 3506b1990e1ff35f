// Plays a trace against an engine, answering line by line: another program may converse with it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archipelago/engine.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "sim/meters.hpp"
#include "sim/policy.hpp"
#include "sim/trace.hpp"

namespace archipelago::sim {

/// What was asked for besides the trace; it wins over what the trace says.
struct Overrides {
  std::optional<std::string> policy;
  std::optional<float> join;
  std::optional<float> leave;
  std::optional<std::uint32_t> max;
  std::optional<double> churn_budget;

  void apply(Settings& settings) const;
  [[nodiscard]] bool any() const { return policy || join || leave || max || churn_budget; }
};

class TracePlayer {
 public:
  using Make = std::function<std::unique_ptr<engine::Engine>(Settings const&)>;
  using Say = std::function<void(std::string_view line)>;  ///< lines with their line feeds

  struct Options {
    Settings settings;  ///< where the trace has no config line
    Overrides overrides;
    bool show_islands = false;
    bool measure = true;  ///< recall and sizes at every flush
    Make make = make_engine;
    Say say = [](std::string_view) {};
    CpuClock cpu = [] { return std::chrono::nanoseconds{}; };
  };
  explicit TracePlayer(Options options);
  ~TracePlayer();
  TracePlayer(TracePlayer const&) = delete;
  TracePlayer& operator=(TracePlayer const&) = delete;

  /// Does what the next line says: flush, settle and place are answered in one line, an expectation
  /// only if it fails. Blank lines are fine. Error: the line is wrong, and nothing was done.
  Result<> line(std::string_view text);
  /// The same for a step that was read before.
  Result<> step(trace::Step const& step);

  [[nodiscard]] bool as_expected() const { return mismatches_ == 0; }
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] Report report() const;
  /// Null before the first line that is no config.
  [[nodiscard]] engine::Engine const* engine() const { return engine_.get(); }

 private:
  Result<> on(trace::Config const& config);
  Result<> on(trace::Moves const& moves);
  Result<> on(trace::Adopt const& adopt);
  Result<> on(trace::Leave const& leave);
  Result<> on(trace::Flush const& flush);
  Result<> on(trace::Place const& place);
  Result<> on(trace::Settle const& settle);
  Result<> on(trace::Expect const& expect);

  engine::Engine& running();
  void start(Settings settings);
  std::span<engine::Change const> flush(Millis now);
  void report_all();
  void compare(std::optional<std::string> const& recorded);
  void complain(std::string const& line);

  Options options_;
  Settings settings_;
  std::unique_ptr<engine::Engine> engine_;
  Meters meters_;
  std::optional<Millis> now_;
  std::chrono::nanoseconds reports_{};
  std::size_t lines_ = 0;
  std::size_t answers_ = 0;
  std::size_t mismatches_ = 0;
};

}  // namespace archipelago::sim
