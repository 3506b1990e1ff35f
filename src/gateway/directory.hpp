// Who is logged in, over all shards: for each address the one current session.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/address.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "bus/bus.hpp"
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
  /// False from the moment at which a newer login of the address, on any shard, is registered.
  [[nodiscard]] bool current() const;

 private:
  friend class Directory;
  struct Presence;
  Stay(Directory& directory, Address const& address, std::shared_ptr<Presence> presence)
      : directory_(directory), address_(address), presence_(std::move(presence)) {}

  Directory& directory_;
  Address address_;
  std::shared_ptr<Presence> presence_;
};

/// Any thread; one mutex, taken at logins and logouts only. It publishes what the other parts of a
/// realm hear about logins while it is locked, so that the bus has it in the order in which it
/// happened:
///   - every login, in either protocol, publishes `peer.<address>.connect`;
///   - the end of the current session publishes `peer.<address>.disconnect`; that of a replaced one
///   publishes nothing.
/// Both make the islands forget the player until its next heartbeat (WIRE 5), so a replacement
/// needs no disconnect.
class Directory {
 public:
  /// `max_users` 0: no limit. Both must outlive the directory, and the directory all stays.
  Directory(bus::Bus& bus, Metrics& metrics, std::size_t max_users, LoginRate logins = {});
  ~Directory();

  /// Makes the caller the current session of `address`. An older session stops being current at
  /// once; its `on_replaced` runs on its own loop later, once, unless its stay ends before. On the
  /// loop's thread. Errors: `realm_full` (never for an address that is there already);
  /// `rate_limited` when the address logs in too often: the older session stays.
  [[nodiscard]] Result<std::unique_ptr<Stay>> enter(Address const& address, Loop& loop,
                                                    std::function<void()> on_replaced);

  [[nodiscard]] bool contains(Address const& address) const;
  /// Whether enter() would let the address in now: its errors, without its effects.
  [[nodiscard]] Result<> check(Address const& address, Instant now);
  [[nodiscard]] std::size_t size() const;

 private:
  friend class Stay;
  using Presence = Stay::Presence;
  void leave(Address const& address, Presence const& presence);
  [[nodiscard]] bool full_for(Address const& address) const;  // mutex_ held
  [[nodiscard]] tl::unexpected<Error> too_often() const;

  bus::Bus& bus_;
  Metrics& metrics_;
  std::size_t const max_users_;
  mutable std::mutex mutex_;
  std::unordered_map<Address, std::shared_ptr<Presence>> present_;
  Relogins relogins_;
};

}  // namespace archipelago::gateway
