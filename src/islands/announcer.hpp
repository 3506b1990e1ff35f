// Tells players which island they came to, once each, and only what is new to them.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "adapters/backend.hpp"
#include "archipelago/engine.hpp"
#include "base/address.hpp"
#include "base/metrics.hpp"
#include "base/time.hpp"
#include "bus/bus.hpp"
#include "islands/players.hpp"

namespace archipelago::islands {

/// When and in whose name something is said.
struct Moment {
  WallTime wall;
  Instant now;
  std::uint64_t epoch = 0;  ///< of a core of several; else 0
};

/// One thread. What it refers to must outlive it.
class Announcer {
 public:
  Announcer(engine::Engine const& engine, adapters::Backend& backend, bus::Bus& bus,
            Metrics& metrics)
      : engine_(engine), backend_(backend), bus_(bus), metrics_(metrics) {}

  /// After a flush: publishes one IslandChanged for each player of `changes` that ended on another
  /// island than the one it was last told, for the members of islands that the backend `moved`
  /// (their from_island_id is that island too), and for whom it could not be done before. Players
  /// without a connection string are told nothing, counted (`upstream_failed` or what the backend
  /// says), and tried again the next time. Cost: O(changes + members of the islands that somebody
  /// came to).
  void announce(std::span<engine::Change const> changes, std::span<std::string const> moved,
                Players& players, Moment const& moment);

  /// The player was not told what it should have been: settled by the next announce().
  void owe(Address const& player) { owed_.insert(player); }

  /// Somebody is still owed an announcement.
  [[nodiscard]] bool owes() const { return !owed_.empty(); }

 private:
  void note_moved(std::string_view island, Players& players);
  void settle(Address const& address, Players& players, Moment const& moment);
  void tell(Players::Record& player, std::string_view island, std::string_view connection_string,
            Moment const& moment);
  std::string const& peers_of(std::string_view island);

  engine::Engine const& engine_;
  adapters::Backend& backend_;
  bus::Bus& bus_;
  Metrics& metrics_;
  std::set<Address> owed_;
  std::unordered_map<std::string, std::string>
      peers_;  ///< of one announce(): island -> encoded members
};

}  // namespace archipelago::islands
