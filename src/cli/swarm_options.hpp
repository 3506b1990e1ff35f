// What `archipelago swarm` was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace archipelago::cli {

struct SwarmFlags {
  std::string realm;
  std::size_t peers = 100;
  std::string world = "plazas";
  std::string mobility = "mixed";
  std::string scene = "none";
  std::uint64_t seed = 1;
  std::string protocol = "auto";  ///< bff, ws, or what the realm offers first
  double rate = 1;                ///< heartbeats a second and player
  double duration = 60;           ///< s
  double login_rate = 200;        ///< players a second
  bool chat = false;
  double positions = 0;  ///< a second and player, to the room
  std::size_t threads = 1;
  std::size_t sources = 0;  ///< 0: one for each hundred players
  bool allow_remote = false;
  std::string ca_file;
  std::string report = "table";  ///< or json
};

/// Runs it: the report on stdout, everything else on stderr. Returns the exit status; throws what
/// std::exception says when it cannot begin.
int swarm(SwarmFlags const& flags);

}  // namespace archipelago::cli
