// Traces in tests of engines: sim's reader, and a player whose expectations are handed to the test.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"
#include "sim/trace.hpp"

namespace archipelago::testing::trace {

using Partition = sim::trace::Partition;
using Step = sim::trace::Step;
using sim::trace::partition;

/// Throws on a line that is no step.
inline std::vector<Step> read(std::istream& lines) {
  std::vector<Step> steps;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    auto step = sim::trace::read_step(line);
    if (!step) throw std::invalid_argument(step.error().detail);
    steps.push_back(std::move(*step));
  }
  return steps;
}

/// Runs steps one by one; the engine is made by the first Config.
class Player {
 public:
  using Make = std::function<std::unique_ptr<engine::Engine>(engine::Limits const&)>;
  explicit Player(Make make) : make_(std::move(make)) {}

  void operator()(sim::trace::Config const& c) {
    engine_ = make_({.join_distance = c.join, .leave_distance = c.leave, .max_peers = c.max});
  }
  void operator()(sim::trace::Moves const& moves) {
    for (auto const& m : moves.players) engine_->report(m.player, m.at, m.desired_room);
  }
  void operator()(sim::trace::Adopt const& adopt) {
    for (auto const& [m, island] : adopt.players)
      engine_->adopt(m.player, m.at, island, m.desired_room);
  }
  void operator()(sim::trace::Leave const& leave) {
    for (auto const& name : leave.players) engine_->leave(name);
  }
  void operator()(sim::trace::Flush const&) { flush(); }
  void operator()(sim::trace::Place const& place) { engine_->place(place.now.value_or(now_)); }
  /// Between flushes everybody stands still and goes on sending heartbeats, as clients do: the
  /// reference policy looks only at islands with news, and may need several flushes.
  void operator()(sim::trace::Settle) {
    for (int i = 0; flush() != 0; report_all())
      if (++i == kMostFlushes) throw std::runtime_error("does not settle");
  }
  void operator()(sim::trace::Expect const& expect) {
    on_expect(expect.islands, partition(*engine_));
  }

  std::size_t flush() { return engine_->flush(now_ += std::chrono::seconds(2)).size(); }
  [[nodiscard]] engine::Engine& engine() { return *engine_; }

  /// Called with what was expected and what is.
  std::function<void(Partition const&, Partition const&)> on_expect = [](Partition const&,
                                                                         Partition const&) {};

 private:
  void report_all() {
    sim::trace::Moves standing;
    engine_->each_island([&](engine::IslandView const& island) {
      for (auto const& m : island.members)
        standing.players.push_back({std::string(m.player), m.at, {}});
    });
    (*this)(standing);
  }

  static constexpr int kMostFlushes = 100;
  Make make_;
  std::unique_ptr<engine::Engine> engine_;
  std::chrono::milliseconds now_{};
};

}  // namespace archipelago::testing::trace
