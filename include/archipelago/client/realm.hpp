// A player's session with a realm: who it is, where it stands, which island it is on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archipelago/client/ending.hpp"
#include "archipelago/client/identity.hpp"
#include "archipelago/client/network.hpp"

namespace archipelago::client {

/// Metres in the world; y is height.
struct Position {
  float x = 0;
  float y = 0;
  float z = 0;

  friend bool operator==(Position const&, Position const&) = default;
};

/// Told when the player is put on an island.
struct IslandChange {
  std::string island{};               ///< "" in a realm without islands, one room for all
  std::string connection{};           ///< connection string of the island's room
  std::optional<std::string> from{};  ///< the island before; may be one nobody ever heard of
  std::vector<std::string>
      peers{};  ///< addresses at that moment, the player's own included; no order
};

/// How a session talks to the realm. Both do the same.
enum class Entrance : std::uint8_t {
  automatic,  ///< direct where /about offers it, else bff
  direct,     ///< the packets of /ws (WIRE 4)
  bff,        ///< dcl-rpc at /bff/rpc (WIRE 3)
};

struct RealmOptions {
  std::string realm{};  ///< http:// or https:// URL of the realm's root
  Entrance entrance = Entrance::automatic;
  Millis heartbeat{1'000};  ///< between two reports of where the player stands, [50, 30'000]
  Millis limit{10'000};     ///< for /about, and again for connecting and logging in
  Millis first_pause{
      1'000};  ///< back-off: a pause is half to all of this, doubled with each failure…
  Millis longest_pause{30'000};  ///< …up to this; also how long to stay online to start afresh
  /// Of the delegations made when one is about to expire, for identities that can be renewed.
  Millis delegation = kDelegationLifetime;
};

enum class State : std::uint8_t {
  idle,        ///< not started
  connecting,  ///< /about, connecting, logging in
  online,
  waiting,  ///< for the next attempt, after `why`
  ended,    ///< for good: `why` is not retryable, or stop()
};

struct Status {
  State state = State::idle;
  std::optional<Ending> why{};  ///< of waiting and ended
  Millis pause{};               ///< of waiting: until the next attempt
  unsigned failures = 0;        ///< attempts that failed in a row
};

/// All optional; called on the loop, never within a call of RealmClient's. The client may be
/// destroyed in any of them.
struct RealmEvents {
  std::function<void(Status const&)> status{};
  std::function<void(IslandChange const&)> island{};
  /// The delegation was renewed: save it if it is kept in a file.
  std::function<void(Identity const&)> identity{};
};

/// Reads /about, logs in, reports the player's position at a steady rate and comes back after
/// failures, until it is stopped or told not to come back: another login of the same address
/// (`replaced`), a refusal of the identity, a protocol that is not spoken.
/// One loop (network.hpp). Cost: one websocket, two timers, no thread.
class RealmClient {
 public:
  /// Nothing happens before start(). A wrong option ends the client, with `bad_request`, at
  /// start().
  RealmClient(Network const& network, Identity identity, RealmOptions options, RealmEvents events);
  ~RealmClient();  ///< as stop(), but tells nothing
  RealmClient(RealmClient&&) noexcept;
  RealmClient& operator=(RealmClient&&) noexcept;

  /// Once.
  void start();
  /// Closes the session; `ended` with peer_gone follows.
  void stop();
  /// Leaves the session and logs in anew after a pause, as after a failure for `why`: the way to a
  /// fresh connection string. Nothing unless online.
  void reconnect(Ending why);

  /// Where the player stands from now on: reported with the next heartbeat, the newest only, and at
  /// once after a login. No heartbeat is sent before the first call, and hence no island is given.
  /// NaN and infinity are ignored.
  void move_to(Position const& position);
  /// An island that the player would like to be on (docs/ENGINE.md), told with every heartbeat; ""
  /// withdraws it. At most 128 bytes, longer ones are ignored.
  void wish(std::string island);

  [[nodiscard]] Status const& status() const;
  [[nodiscard]] Identity const& identity() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace archipelago::client
