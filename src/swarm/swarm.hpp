// Many players on one loop: they come in at a rate, walk as the script says, and talk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "archipelago/client/player.hpp"
#include "base/loop.hpp"
#include "swarm/participant.hpp"
#include "swarm/script.hpp"

namespace archipelago::swarm {

struct SwarmOptions {
  client::PlayerOptions player{};
  ScriptOptions script{};
  std::uint64_t run = 0;            ///< the same for all swarms of a run, another for another run
  double logins_per_second = 0;     ///< of the whole run; 0: all at once
  bool chat = false;                ///< each player says something every 5 s
  double positions_per_second = 0;  ///< that each player sends to its room; 0: none
  bool allow_remote = false;        ///< else nobody leaves this machine
  /// A run on several loops: this swarm has the places n * parts + part.
  std::size_t parts = 1;
  std::size_t part = 0;
};

/// Belongs to one loop, that of all its networks. About 40 KiB a player with the sockets' buffers
/// (measured: docs/SWARM.md), 8 bytes for each place of the script.
class Swarm {
 public:
  /// How long a player may take to be in a room before it counts as missing.
  static constexpr Millis kPatience{10'000};

  /// Players take the networks in turn. `ready`: identities made ahead, used first; others are made
  /// when they are needed, at about 0.2 ms. Everything named outlives the swarm.
  Swarm(std::vector<client::Network> networks, SwarmOptions options,
        std::vector<client::Identity> ready, Clock clock);

  /// Once. From here on the script runs.
  void start();
  /// No more talk, moves and newcomers; those who are in stay, so that what is under way arrives.
  void quiet();
  /// What everybody should have been heard to say; of all swarms of a run, put together.
  void add_tails(Tails& tails) const;
  /// Counts what was lost, then everybody leaves. The websockets close behind.
  void leave(Tails const& tails);

  [[nodiscard]] Meters const& meters() const { return all_.meters; }
  [[nodiscard]] Population population() const;

 private:
  struct Place {
    std::size_t number = 0;    // in the script
    std::uint64_t person = 0;  // of the script
    std::unique_ptr<Participant> player{};
    Micros next_chat{};
    Micros next_position{};
  };

  void tick();
  void admit(Micros now);
  void follow(Place& place);
  void talk(Place& place, Micros now);
  void enter(Place& place);
  [[nodiscard]] Micros opens(std::size_t place) const;
  [[nodiscard]] client::Identity next_identity();
  [[nodiscard]] Micros some_of(Micros period);

  std::vector<client::Network> const networks_;
  SwarmOptions const options_;
  Surroundings all_;
  Script script_;
  std::vector<client::Identity> ready_;
  SeededRandom dice_;
  std::vector<Place> places_;
  Timer timer_;
  Micros next_tick_{};
  std::uint64_t ticks_ = 0;
};

}  // namespace archipelago::swarm
