// What one process does of its realm (option process.role).
#pragma once

#include <string_view>

namespace archipelago::realm {

struct Role {
  bool gateway = false;  ///< /about, and the sessions of players
  bool core = false;     ///< makes the islands
  bool rooms = false;    ///< carries what is said on them
  bool stats = false;    ///< tells people about them
};

/// `name`: one that the option takes.
constexpr Role role_of(std::string_view name) {
  bool const all = name == "all";
  return {.gateway = all || name == "gateway",
          .core = all || name == "core",
          .rooms = all || name == "rooms",
          .stats = all || name == "stats"};
}

}  // namespace archipelago::realm
