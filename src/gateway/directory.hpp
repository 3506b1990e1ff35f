// Who is logged in, over all shards: for each address the one current session, here and, where the
// realm is many processes, in all of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/address.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "bus/bus.hpp"
#include "gateway/cluster_messages.hpp"
#include "gateway/relogins.hpp"

namespace archipelago::gateway {

class Directory;

/// A player's place in the directory, held by its session on one loop: gives the place up when
/// destroyed, unless a newer login has taken it.
class Stay {
 public:
  Stay(Stay const&) = delete;
  Stay& operator=(Stay const&) = delete;
  ~Stay();

  [[nodiscard]] Address const& address() const { return address_; }
  /// The number of the login's stamp; 0 where the realm is one process.
  [[nodiscard]] std::uint64_t login() const { return login_; }
  /// False from the moment at which a newer login of the address, on any shard, is registered, or
  /// the address is banned.
  [[nodiscard]] bool current() const { return !ended(); }
  /// Why the stay is not current any more: `replaced` or `banned`; nothing while it is.
  [[nodiscard]] std::optional<Errc> ended() const;

 private:
  friend class Directory;
  struct Presence;
  Stay(Directory& directory, Address const& address, std::uint64_t login,
       std::shared_ptr<Presence> presence)
      : directory_(directory), address_(address), login_(login), presence_(std::move(presence)) {}

  Directory& directory_;
  Address address_;
  std::uint64_t login_;
  std::shared_ptr<Presence> presence_;
};

/// The realm beyond this gateway.
struct Beyond {
  std::string id{};  ///< of this gateway, see Cluster; empty: there is nothing beyond
  std::function<std::size_t()> sessions{};  ///< players logged in elsewhere; any thread, cheap
};

/// A session that ended, and was not replaced.
struct Departure {
  Address who;
  std::uint64_t login;  ///< its stamp's number
};

/// Any thread; one mutex, taken at logins and logouts only, those of other gateways included. It
/// publishes what the other parts of a realm hear about logins while it is locked, so that the bus
/// has it in the order in which it happened:
///   - where there are other gateways, every login publishes `cluster.login.<address>` with its
///   stamp: of all sessions of an address only the one with the greatest stays (see hear());
///   - every login, in either protocol, publishes `peer.<address>.connect`;
///   - the end of the current session publishes `peer.<address>.disconnect`, an eviction at once;
///   that of a replaced one publishes nothing.
/// Both make the islands forget the player until its next heartbeat (WIRE 5), so a replacement
/// needs no disconnect.
class Directory {
 public:
  using Predicate = std::function<bool(Address const&)>;

  /// `max_users` 0: no limit; of the whole realm, as far as the others have told how many they
  /// have. `barred`: who may not enter; any thread. All must outlive the directory, and the
  /// directory all stays.
  Directory(bus::Bus& bus, Metrics& metrics, std::size_t max_users, LoginRate logins = {},
            Predicate barred = {}, Beyond beyond = {});
  ~Directory();

  /// Makes the caller the current session of `address`. An older session stops being current at
  /// once; its `on_ended` runs on its own loop later, once, unless its stay is destroyed before. On
  /// the loop's thread. Errors: `banned`; `realm_full` (never for an address that is here
  /// already); `rate_limited` when the address logs in too often: the older session stays.
  [[nodiscard]] Result<std::unique_ptr<Stay>> enter(Address const& address, Loop& loop,
                                                    std::function<void()> on_ended);

  /// Ends the stays of all whom `banned` names, as a replacement would, and says how many. Who is
  /// barred from before this call on has either been seen by it or is refused by enter(). O(size)
  /// with the mutex held.
  std::size_t evict(Predicate const& banned);

  /// A login at another gateway: a session of that address here ends as replaced, unless its stamp
  /// is the greater one. What was published here, or claims to come from the far future
  /// (kMostAhead), means nothing.
  void hear(LoginNews const& login, WallTime now);

  /// The sessions that ended since the last call and left nobody in their place, the first
  /// kMostGone of them; none where the realm is one process.
  [[nodiscard]] std::vector<Departure> take_departures();

  [[nodiscard]] bool contains(Address const& address) const;
  /// Whether enter() would let the address in now: its errors, without its effects.
  [[nodiscard]] Result<> check(Address const& address, Instant now);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::vector<Address> players() const;

 private:
  friend class Stay;
  using Presence = Stay::Presence;
  void leave(Stay const& stay);
  [[nodiscard]] std::uint64_t next_login(WallTime now);  // mutex_ held, as for the next two
  void publish_login(Address const& address, std::uint64_t login);
  void note_departure(Address const& address, std::uint64_t login);
  static void tell(std::shared_ptr<Presence> ended);
  [[nodiscard]] bool full_for(Address const& address) const;  // mutex_ held
  [[nodiscard]] tl::unexpected<Error> too_often() const;

  bus::Bus& bus_;
  Metrics& metrics_;
  std::size_t const max_users_;
  Predicate const barred_;
  mutable std::mutex mutex_;
  std::unordered_map<Address, std::shared_ptr<Presence>> present_;
  Relogins relogins_;
  Beyond const beyond_;
  std::uint64_t highest_login_ = 0;  // of all heard
  std::vector<Departure> departures_;
};

}  // namespace archipelago::gateway
