// Traces (JSON lines, DESIGN.md "The command line"): reading one, and running it against an engine.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include "archipelago/engine.hpp"

namespace archipelago::testing::trace {

struct Move {
  std::string player;
  engine::Position at;
  std::optional<std::string> desired_room;
};
struct Config {
  float join, leave;
  std::uint32_t max;
};
struct Moves {
  std::vector<Move> players;
};
struct Leave {
  std::vector<std::string> players;
};
struct Flush {};
struct Settle {};
using Partition = std::set<std::set<std::string>>;
struct Expect {
  Partition islands;
};
using Step = std::variant<Config, Moves, Leave, Flush, Settle, Expect>;

inline std::set<std::string> names(boost::json::value const& list) {
  std::set<std::string> all;
  for (auto const& name : list.as_array()) all.emplace(name.as_string());
  return all;
}

inline Moves read_moves(boost::json::value const& list) {
  Moves moves;
  for (auto const& entry : list.as_array()) {
    auto const& p = entry.as_array();
    Move move{std::string(p.at(0).as_string()),
              {p.at(1).to_number<float>(), p.at(2).to_number<float>(), p.at(3).to_number<float>()},
              {}};
    if (p.size() > 4) move.desired_room = std::string(p[4].as_string());
    moves.players.push_back(std::move(move));
  }
  return moves;
}

/// Throws on a line that is no step.
inline Step read_step(std::string const& line) {
  auto const json = boost::json::parse(line);
  auto const& step = json.as_object();
  auto const& op = step.at("op").as_string();
  if (op == "config")
    return Config{step.at("join").to_number<float>(), step.at("leave").to_number<float>(),
                  step.at("max").to_number<std::uint32_t>()};
  if (op == "move") return read_moves(step.at("peers"));
  if (op == "leave") {
    Leave leave;
    for (auto const& name : step.at("peers").as_array())
      leave.players.emplace_back(name.as_string());
    return leave;
  }
  if (op == "flush") return Flush{};
  if (op == "settle") return Settle{};
  if (op != "expect") throw std::invalid_argument("unknown op " + std::string(op));
  Expect expect;
  for (auto const& island : step.at("islands").as_array()) expect.islands.insert(names(island));
  return expect;
}

inline std::vector<Step> read(std::istream& lines) {
  std::vector<Step> steps;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) steps.push_back(read_step(line));
  return steps;
}

inline Partition partition(engine::Engine const& engine) {
  Partition islands;
  engine.each_island([&](engine::IslandView const& island) {
    std::set<std::string> members;
    for (auto const& m : island.members) members.emplace(m.player);
    islands.insert(std::move(members));
  });
  return islands;
}

/// Runs steps one by one; the engine is made by the first Config.
class Player {
 public:
  using Make = std::function<std::unique_ptr<engine::Engine>(engine::Limits const&)>;
  explicit Player(Make make) : make_(std::move(make)) {}

  void operator()(Config const& c) {
    engine_ = make_({.join_distance = c.join, .leave_distance = c.leave, .max_peers = c.max});
  }
  void operator()(Moves const& moves) {
    for (auto const& m : moves.players) engine_->report(m.player, m.at, m.desired_room);
  }
  void operator()(Leave const& leave) {
    for (auto const& name : leave.players) engine_->leave(name);
  }
  void operator()(Flush) { flush(); }
  /// Between flushes everybody stands still and goes on sending heartbeats, as clients do: the
  /// reference policy looks only at islands with news, and may need several flushes.
  void operator()(Settle) {
    for (int i = 0; flush() != 0; report_all())
      if (++i == kMostFlushes) throw std::runtime_error("does not settle");
  }
  void operator()(Expect const& expect) { on_expect(expect.islands, partition(*engine_)); }

  std::size_t flush() { return engine_->flush(now_ += std::chrono::seconds(2)).size(); }
  [[nodiscard]] engine::Engine& engine() { return *engine_; }

  /// Called with what was expected and what is.
  std::function<void(Partition const&, Partition const&)> on_expect = [](Partition const&,
                                                                         Partition const&) {};

 private:
  void report_all() {
    Moves standing;
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
