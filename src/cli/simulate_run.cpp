// `archipelago simulate`: streams and clocks around src/sim.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <utility>

#include "cli/commands.hpp"
#include "cli/lines.hpp"
#include "cli/simulate_options.hpp"
#include "sim/recorder.hpp"
#include "sim/simulation.hpp"

namespace archipelago::cli {
namespace {

std::chrono::nanoseconds cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// At once: another program may be waiting for it.
void say(std::string_view line) {
  std::cout << line << std::flush;
}

/// On stderr, once a second, and only where there is something to wait for.
class Progress {
 public:
  void operator()(std::size_t done, std::size_t of) {
    constexpr std::chrono::seconds kPause{1};
    auto const now = Clock::now();
    if (now - told_ < kPause) return;
    told_ = now;
    std::cerr << "archipelago: flush " << done << " of " << of << '\n' << std::flush;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point told_ = Clock::now();
};

void tell(SimulateOptions const& options, sim::Report const& report) {
  if (options.report == "json") return say(sim::to_json(report));
  (options.quiet ? std::cout : std::cerr) << sim::to_table(report) << std::flush;
}

void explain(SimulateOptions const& options, engine::Engine const* engine) {
  if (options.explain.empty()) return;
  auto const why = engine == nullptr ? std::nullopt : engine->explain(options.explain);
  (options.quiet ? std::cout : std::cerr)
      << (why ? engine::to_text(*why) : options.explain + ": unknown\n") << std::flush;
}

int complain(std::string const& line) {
  std::cerr << "archipelago: " << line << '\n';
  return kWrongUsage;
}

/// Wraps engines that write what they are told to one file; a file that cannot be written ends the
/// run, for here nobody is waiting.
class Recording {
 public:
  explicit Recording(std::string name) : name_(std::move(name)) {
    if (name_.empty()) return;
    file_.open(name_, std::ios::binary | std::ios::trunc);
    check();
  }
  std::unique_ptr<engine::Engine> make(sim::Settings const& settings) {
    auto engine = sim::make_engine(settings);
    if (name_.empty()) return engine;
    auto const write = [this](std::string const& lines) {
      file_ << lines << std::flush;
      check();
      return true;
    };
    return std::make_unique<sim::Recorder>(std::move(engine), sim::config_line(settings), write);
  }

 private:
  void check() const {
    if (!file_) throw std::runtime_error("file " + name_ + ": cannot be written");
  }
  std::string name_;
  std::ofstream file_;
};

int simulate_world(SimulateOptions const& options) {
  sim::Settings settings;
  settings.limits.join_distance = 64;  // what the worlds are measured with
  settings.limits.leave_distance = 80;
  options.engine.apply(settings);
  if (auto const problem = sim::problem_with(settings)) return complain(*problem);
  Recording recording(options.record);
  auto const engine = recording.make(settings);
  sim::SimulationOptions run;
  run.world = {.place = sim::place_of(options.world).value(),
               .mobility = sim::mobility_of(options.mobility).value(),
               .players = options.peers,
               .seed = options.seed,
               .turnover = options.turnover};
  run.warmup = options.warmup;
  run.flushes = options.flushes;
  run.wishes = options.wishes;
  run.show_islands = options.islands;
  if (!options.quiet) run.say = say;
  run.progress = Progress{};
  run.cpu = cpu_time;
  auto report = sim::simulate(run, *engine);
  report.policy = settings.policy;
  report.world = options.world + " " + options.mobility;
  explain(options, engine.get());
  tell(options, report);
  return kOk;
}

int converse(std::istream& in, std::string const& name, sim::TracePlayer& player) {
  std::string line;
  for (;;) {
    auto const read = read_line(in, line, sim::trace::kMaxLineBytes);
    if (read == LineRead::end) return player.as_expected() ? kOk : kFailed;
    auto const where = name + ":" + std::to_string(player.lines() + 1) + ": ";
    if (read == LineRead::too_long)
      return complain(where + "longer than " + std::to_string(sim::trace::kMaxLineBytes) +
                      " bytes");
    if (auto const done = player.line(line); !done) return complain(where + done.error().detail);
  }
}

int simulate_trace(SimulateOptions const& options) {
  std::ifstream file;
  bool const from_stdin = options.trace == "-";
  if (from_stdin)
    std::ios::sync_with_stdio(false);  // whole blocks, as far as they are there
  else
    file.open(options.trace, std::ios::binary);
  if (!from_stdin && (!file.is_open() || std::filesystem::is_directory(options.trace)))
    return complain("file " + options.trace + ": cannot be read");
  Recording recording(options.record);
  sim::TracePlayer::Options play;
  play.overrides = options.engine;
  play.show_islands = options.islands;
  play.make = [&recording](sim::Settings const& settings) { return recording.make(settings); };
  play.say = [quiet = options.quiet](std::string_view line) {
    if (!quiet || !line.starts_with(R"({"op":"flush")")) say(line);
  };
  play.cpu = cpu_time;
  sim::TracePlayer player(std::move(play));
  auto const status = converse(from_stdin ? std::cin : file,
                               from_stdin ? std::string("stdin") : options.trace, player);
  if (status == kWrongUsage) return status;
  auto report = player.report();
  report.world = options.trace;
  explain(options, player.engine());
  tell(options, report);
  return status;
}

}  // namespace

int simulate(SimulateOptions const& options) {
  return options.trace.empty() ? simulate_world(options) : simulate_trace(options);
}

}  // namespace archipelago::cli
