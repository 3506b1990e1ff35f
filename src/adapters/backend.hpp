// A backend carries the packets of an island's players. This is where a player learns how to reach
// it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::adapters {

/// What of an island may matter to where it is carried.
struct IslandFacts {
  std::string_view id;
  std::size_t players = 0;
  double x = 0;  ///< m, centre
  double z = 0;  ///< m
};

/// One thread; must not block.
class Backend {
 public:
  virtual ~Backend() = default;

  /// `<protocol>:<parameters>` (WIRE 8) for one player on one island, secret to that player. Asked
  /// again at every new assignment. An error is temporary: the islands ask again at their next
  /// flush.
  [[nodiscard]] virtual Result<std::string> connection_string(std::string_view island,
                                                              Address const& player,
                                                              WallTime now) = 0;

  /// All islands that there are now, after each flush and placement, before anybody is told of
  /// them. Returns those that are carried elsewhere from now on: their players need new connection
  /// strings. O(islands).
  [[nodiscard]] virtual std::vector<std::string> review(std::span<IslandFacts const> /*islands*/,
                                                        Instant /*now*/) {
    return {};
  }

  /// Another process carried this island so far: `connection` is what its players were told last,
  /// up to its '?'. Before anybody is told of it by this process; untrusted bytes. A backend that
  /// can keeps it where it is.
  virtual void adopt(std::string_view /*island*/, std::string_view /*connection*/) {}

  /// Whether a connection string of ours, up to '?', leads here.
  [[nodiscard]] virtual bool carries(std::string_view /*connection*/) const { return false; }

  /// Whether it can carry another island now, as far as it knows itself.
  [[nodiscard]] virtual bool alive() const { return true; }

  /// Players that it takes now, 0: no limit. Nothing: it does not know.
  [[nodiscard]] virtual std::optional<std::size_t> capacity() const { return std::nullopt; }

  /// What carries an island, for people: `ws-room`, `livekit lk.example.org`. "": nothing does yet,
  /// or the backend does not say.
  [[nodiscard]] virtual std::string carrier(std::string_view /*island*/) const { return {}; }
};

}  // namespace archipelago::adapters
