// How a swarm is doing, while it runs: on stderr, one line rewritten on a terminal, else a line
// every few seconds.
#pragma once

#include <chrono>
#include <string>

#include "swarm/report.hpp"

namespace archipelago::cli {

class SwarmProgress {
 public:
  SwarmProgress();
  ~SwarmProgress();  ///< ends the line
  SwarmProgress(SwarmProgress const&) = delete;
  SwarmProgress& operator=(SwarmProgress const&) = delete;

  void preparing(std::size_t done, std::size_t of);
  /// `report`: what is known by now.
  void playing(swarm::Report const& report);

 private:
  using Clock = std::chrono::steady_clock;
  void say(std::string const& line);

  bool const terminal_;
  bool open_ = false;
  std::chrono::seconds const pause_;
  Clock::time_point next_;
};

}  // namespace archipelago::cli
