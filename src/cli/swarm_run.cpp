// `archipelago swarm`: the order of a run.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <thread>

#include "cli/commands.hpp"
#include "cli/process.hpp"
#include "cli/signals.hpp"
#include "cli/swarm_crew.hpp"
#include "cli/swarm_options.hpp"
#include "cli/swarm_progress.hpp"
#include "net/url.hpp"
#include "swarm/link.hpp"
#include "swarm/report.hpp"

namespace archipelago::cli {
namespace {

constexpr std::size_t kFilesPerPlayer = 3;  // a session, and two rooms while it moves
constexpr std::size_t kFilesOfOurs = 64;
constexpr std::size_t kPlayersPerSource = 100;
constexpr double kShortestFlapping = 40;       // s
constexpr std::chrono::seconds kNoNews{2};     // nothing has come for so long: nothing will
constexpr std::chrono::seconds kToArrive{30};  // at most, for what is under way in the end
constexpr std::chrono::seconds kToClose{5};    // for websockets, when all have left
constexpr Millis kFirstPause{500};             // of players who were refused or lost their link
constexpr Millis kLongestPause{5'000};

using Seconds = std::chrono::duration<double>;

Millis millis(double seconds) {
  return Millis{static_cast<std::int64_t>(seconds * 1'000)};
}

std::optional<std::string> problem_with(SwarmFlags const& flags) {
  auto const url = net::Url::parse(flags.realm, "http");
  if (!url) return "--realm " + flags.realm + ": " + url.error().detail;
  bool const here = swarm::is_loopback(flags.realm);
  if (!here && !flags.allow_remote)
    return "--realm " + flags.realm +
           " is not this machine; a swarm is for your own realm: --allow-remote, if its owner "
           "knows";
  if (!here && flags.sources > 0) return "--sources is for realms on this machine";
  if (flags.scene == "flapping" && flags.duration < kShortestFlapping)
    return "--scene flapping needs --duration 40 or more";
  return std::nullopt;
}

std::optional<std::string> too_few_files(std::size_t players) {
  auto const needed = players * kFilesPerPlayer + kFilesOfOurs;
  auto const allowed = raise_file_limit();
  if (allowed >= needed) return std::nullopt;
  return std::to_string(players) + " players need " + std::to_string(needed) +
         " open files, and this process may have " + std::to_string(allowed) +
         ": fewer --peers, or a higher hard limit (ulimit -Hn as root, LimitNOFILE= in systemd)";
}

CrewOptions crew_options(SwarmFlags const& flags) {
  CrewOptions options;
  options.threads = std::min(flags.threads, flags.peers);
  options.outgoing.ca_file = flags.ca_file;
  if (flags.sources > 0)
    options.sources = flags.sources;
  else if (swarm::is_loopback(flags.realm))
    options.sources = (flags.peers + kPlayersPerSource - 1) / kPlayersPerSource;
  return options;
}

client::Entrance entrance(std::string const& protocol) {
  if (protocol == "bff") return client::Entrance::bff;
  return protocol == "ws" ? client::Entrance::direct : client::Entrance::automatic;
}

swarm::SwarmOptions swarm_options(SwarmFlags const& flags) {
  swarm::SwarmOptions options;
  auto& realm = options.player.realm;
  realm.realm = flags.realm;
  realm.entrance = entrance(flags.protocol);
  realm.heartbeat = std::clamp(millis(1 / flags.rate), Millis{50}, Millis{30'000});
  realm.first_pause = kFirstPause;
  realm.longest_pause = kLongestPause;
  options.script.world = {.place = sim::place_of(flags.world).value(),
                          .mobility = sim::mobility_of(flags.mobility).value(),
                          .players = flags.peers,
                          .seed = flags.seed};
  options.script.scene = swarm::scene_of(flags.scene).value();
  options.script.duration = millis(flags.duration);
  bool const storm = options.script.scene == swarm::Scene::login_storm;
  options.logins_per_second = storm ? 0 : flags.login_rate;
  options.chat = flags.chat;
  options.positions_per_second = flags.positions;
  options.allow_remote = flags.allow_remote;
  SystemRandom random;
  std::array<std::uint8_t, 8> run{};
  random.fill(run);
  for (auto const byte : run) options.run = options.run << 8 | byte;
  return options;
}

class Play {
 public:
  explicit Play(SwarmFlags const& flags)
      : flags_(flags), crew_(crew_options(flags)), files_before_(open_files()) {
    report_.realm = flags.realm;
    report_.world = flags.world + " " + flags.mobility;
    report_.scene = swarm::scene_of(flags.scene).value();
    report_.players = flags.peers;
  }

  /// False: a signal came.
  bool prepare(EndSignals& signals) {
    SystemRandom random;
    auto const since_1970 = std::chrono::system_clock::now().time_since_epoch();
    WallTime const now{std::chrono::duration_cast<Millis>(since_1970).count()};
    ready_.reserve(flags_.peers);
    while (ready_.size() < flags_.peers) {
      ready_.push_back(client::Identity::guest(random, now));
      progress_.preparing(ready_.size(), flags_.peers);
      if (ready_.size() % 64 == 0 && signals.wait_for(Millis{0}) != 0) return false;
    }
    return true;
  }

  swarm::Report const& run(EndSignals& signals) {
    report_.process.rss_before = resident_bytes();
    auto const cpu_before = cpu_seconds();
    auto const wait_before = cpu_wait_seconds();
    began_ = Clock::now();
    crew_.start(swarm_options(flags_), ready_);
    ready_ = {};
    auto const end = began_ + Seconds(flags_.duration);
    while (Clock::now() < end && !report_.interrupted) {
      auto const left = std::chrono::ceil<Millis>(end - Clock::now());
      report_.interrupted = signals.wait_for(std::clamp(left, Millis{0}, Millis{1'000})) != 0;
      look();
      progress_.playing(report_);
    }
    crew_.quiet();
    await_arrivals(signals);
    report_.meters = crew_.leave();
    await_ends();
    report_.process.cpu_seconds = cpu_seconds() - cpu_before;
    report_.process.cpu_wait_seconds = cpu_wait_seconds() - wait_before;
    return report_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void look() {
    report_.meters = {};
    report_.end = {};
    crew_.look(report_.meters, report_.end);
    report_.seconds = Seconds(Clock::now() - began_).count();
    auto& process = report_.process;
    process.rss_end = resident_bytes();
    process.rss_most = std::max(process.rss_most, process.rss_end);
    process.files_most = std::max(process.files_most, open_files());
  }

  /// What is under way arrives, unless a signal comes.
  void await_arrivals(EndSignals& signals) {
    auto const seconds = report_.seconds;
    auto const latest = Clock::now() + kToArrive;
    auto news = Clock::now();
    while (Clock::now() < std::min(latest, news + kNoNews)) {
      auto const heard = delivered();
      if (signals.wait_for(Millis{250}) != 0) break;
      look();
      if (delivered() != heard) news = Clock::now();
    }
    report_.seconds = seconds;
  }
  [[nodiscard]] std::uint64_t delivered() const {
    return report_.meters.chat.delivered + report_.meters.positions.delivered;
  }

  void await_ends() {
    auto const latest = Clock::now() + kToClose;
    while (open_files() > files_before_ && Clock::now() < latest)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    auto const files = open_files();
    report_.process.files_left = files > files_before_ ? files - files_before_ : 0;
  }

  SwarmFlags const& flags_;
  SwarmProgress progress_;
  Crew crew_;
  std::uint64_t const files_before_;
  std::vector<client::Identity> ready_;
  swarm::Report report_;
  Clock::time_point began_;
};

int complain(std::string const& line, int status) {
  std::cerr << "archipelago: " << line << '\n';
  return status;
}

}  // namespace

int swarm(SwarmFlags const& flags) {
  EndSignals signals;
  if (auto const problem = problem_with(flags)) return complain(*problem, kWrongUsage);
  if (auto const problem = too_few_files(flags.peers)) return complain(*problem, kFailed);
  std::optional<Play> play(std::in_place, flags);
  if (!play->prepare(signals)) return complain("interrupted before it began", kFailed);
  auto const report = play->run(signals);
  play.reset();  // ends the line of progress
  std::cout << (flags.report == "json" ? to_json(report) : to_table(report)) << std::flush;
  return unexpected(report).empty() ? kOk : kFailed;
}

}  // namespace archipelago::cli
