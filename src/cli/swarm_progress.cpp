// One line at a time.
#include "cli/swarm_progress.hpp"

#include <iostream>

#include <unistd.h>

namespace archipelago::cli {
namespace {

constexpr std::chrono::seconds kOnTerminal{1};
constexpr std::chrono::seconds kInLog{5};

std::string of(std::size_t some, std::size_t all) {
  return std::to_string(some) + "/" + std::to_string(all);
}

}  // namespace

SwarmProgress::SwarmProgress()
    : terminal_(::isatty(STDERR_FILENO) == 1),
      pause_(terminal_ ? kOnTerminal : kInLog),
      next_(Clock::now() + pause_) {}

SwarmProgress::~SwarmProgress() {
  if (open_) std::cerr << '\n' << std::flush;
}

void SwarmProgress::say(std::string const& line) {
  auto const now = Clock::now();
  if (now < next_) return;
  next_ = now + pause_;
  std::cerr << (terminal_ ? "\r\x1b[K" : "") << "archipelago: " << line << (terminal_ ? "" : "\n")
            << std::flush;
  open_ = terminal_;
}

void SwarmProgress::preparing(std::size_t done, std::size_t all) {
  say(of(done, all) + " identities made");
}

void SwarmProgress::playing(swarm::Report const& report) {
  auto const& m = report.meters;
  auto line = std::to_string(static_cast<long>(report.seconds)) + " s  " +
              of(report.end.in_room, report.players) + " in rooms, " +
              std::to_string(report.end.online) + " online, login p99 " +
              swarm::in_words(m.login.quantile(0.99)) + ", first island p99 " +
              swarm::in_words(m.first_island.quantile(0.99));
  auto const delivered = m.chat.delivered + m.positions.delivered;
  if (delivered > 0)
    line += ", " + std::to_string(delivered) + " delivered, p99 " +
            swarm::in_words((m.chat.delivered > 0 ? m.chat : m.positions).latency.quantile(0.99)) +
            ", " + std::to_string(m.chat.lost) + " lost";
  auto const trouble = m.refusals.total() + m.disconnects.total() + m.room_failures.total();
  if (trouble > 0) line += ", " + std::to_string(trouble) + " refusals and ends";
  say(line + ", " + std::to_string(report.process.rss_end >> 20) + " MiB, " +
      std::to_string(report.process.files_most) + " files");
}

}  // namespace archipelago::cli
