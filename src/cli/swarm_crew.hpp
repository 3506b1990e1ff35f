// Threads for a swarm: each has a loop, connections from several addresses, and its share of the
// players.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/random.hpp"
#include "net/asio_outgoing.hpp"
#include "net/shard.hpp"
#include "swarm/swarm.hpp"

namespace archipelago::cli {

struct CrewOptions {
  std::size_t threads = 1;
  net::OutgoingOptions outgoing{};
  std::size_t sources =
      0;  ///< loopback addresses that connections come from; 0: the system's choice
};

/// One owner, who is none of its threads.
class Crew {
 public:
  explicit Crew(CrewOptions const& options);
  Crew(Crew const&) = delete;
  Crew& operator=(Crew const&) = delete;
  ~Crew();  ///< players leave without a word if they have not left

  /// Everybody begins to come in. `ready` is shared out.
  void start(swarm::SwarmOptions const& options, std::vector<client::Identity> const& ready);
  void quiet();
  /// What was counted so far, and who is where.
  void look(swarm::Meters& meters, swarm::Population& population);
  /// Losses are counted, all players leave; the last meters.
  [[nodiscard]] swarm::Meters leave();

 private:
  struct Hand;
  std::vector<std::unique_ptr<Hand>> hands_;
};

}  // namespace archipelago::cli
