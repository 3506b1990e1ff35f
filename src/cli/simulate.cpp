// `archipelago simulate`: the flags.
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/simulate_options.hpp"

namespace archipelago::cli {
namespace {

std::vector<std::string> policy_names() {
  auto const names = sim::policies();
  return {names.begin(), names.end()};
}

void add_source(CLI::App& command, SimulateOptions& to) {
  auto* const source = command.add_option_group("Source", "What happens");
  source->add_option("--trace", to.trace, "A trace in JSON lines; -: from stdin, line by line")
      ->type_name("FILE|-");
  source->add_option("--world", to.world, "A synthetic world: city, plazas, crowd or growing")
      ->type_name("WORLD")
      ->check(CLI::IsMember({"city", "plazas", "crowd", "growing"}));
  source->require_option(1);
}

void add_world(CLI::App& command, SimulateOptions& to) {
  auto* const world = command.get_option("--world");
  command.add_option("--peers", to.peers, "Players of the world")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}))
      ->capture_default_str()
      ->needs(world);
  command.add_option("--flushes", to.flushes, "Flushes that are measured, one every 2 s")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str()
      ->needs(world);
  command.add_option("--warmup", to.warmup, "Flushes before, that are not measured")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}))
      ->capture_default_str()
      ->needs(world);
  command
      .add_option("--mobility", to.mobility,
                  "walk: everyone, without rest; mixed: one of five, others stand and stroll")
      ->check(CLI::IsMember({"walk", "mixed"}))
      ->capture_default_str()
      ->needs(world);
  command
      .add_option("--turnover", to.turnover,
                  "Share of the players who leave at each flush, and as many come; default: 0.01 "
                  "where mixed, 0 where all walk, none in a growing world")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(world);
  command.add_option("--seed", to.seed, "Another seed, another history")
      ->capture_default_str()
      ->needs(world);
  command.add_option("--wishes", to.wishes, "Share of those who arrive that wish to join a friend")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->needs(world);
}

void add_engine(CLI::App& command, SimulateOptions& to) {
  command.add_option("--policy", to.engine.policy, "How islands are made")
      ->check(CLI::IsMember(policy_names()));
  command
      .add_option("--join", to.engine.join,
                  "Metres within which players come together; default: the trace's, 64 in a world")
      ->type_name("M");
  command
      .add_option("--leave", to.engine.leave,
                  "Metres beyond which they part; default: the trace's, 80 in a world")
      ->type_name("M");
  command.add_option("--max", to.engine.max, "Most players on one island")->type_name("N");
  command
      .add_option("--churn-budget", to.engine.churn_budget,
                  "Changes of island per player-minute that a better neighbourhood may cost")
      ->check(CLI::Range(0.0, sim::kMaxChurnBudget))
      ->type_name("X");
}

void add_output(CLI::App& command, SimulateOptions& to) {
  command.add_flag("--islands", to.islands, "With each flush also all islands and their members");
  command.add_flag("--quiet", to.quiet, "No lines for flushes, only the report");
  command
      .add_option("--report", to.report,
                  "json: as the last line on stdout; table: for people, on stderr (with --quiet on "
                  "stdout)")
      ->check(CLI::IsMember({"json", "table"}))
      ->capture_default_str();
  command
      .add_option("--explain", to.explain,
                  "In the end, why this player is on its island: on stderr, with --quiet on stdout")
      ->type_name("PLAYER");
  command.add_option("--record", to.record, "Writes what the engine is told as a trace")
      ->type_name("FILE");
}

}  // namespace

void add_simulate(CLI::App& app, Chosen& chosen) {
  auto* const command = app.add_subcommand(
      "simulate", "Groups made-up or recorded players into islands, and measures how well");
  auto const options = std::make_shared<SimulateOptions>();
  add_source(*command, *options);
  add_world(*command, *options);
  add_engine(*command, *options);
  add_output(*command, *options);
  command->callback([&chosen, options] { chosen = [options] { return simulate(*options); }; });
}

}  // namespace archipelago::cli
