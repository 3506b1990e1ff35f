// The rooms of one shard, and what they share with those of the others.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/address.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "bus/bus.hpp"
#include "limits/recent.hpp"
#include "rooms/alias.hpp"
#include "rooms/options.hpp"
#include "rooms/presence.hpp"
#include "rooms/room.hpp"

namespace archipelago::rooms {

class ShardRooms;
class OtherHosts;

/// The texts of peer_kicked that clients show (WIRE 7).
inline constexpr std::string_view kFullText = "This world is full. Try again later.";
inline constexpr std::string_view kReplacedText = "Already connected";
inline constexpr std::string_view kBannedText = "Banned";

/// What all shards have in common. Any thread.
struct Shared {
  Shared(Options o, Metrics& m) : options(std::move(o)), metrics(m) {}

  Options const options;
  Metrics& metrics;
  AliasMaker aliases;
  Presence presence;
  std::atomic<std::size_t> room_count{0};
  OtherHosts const* others = nullptr;  ///< null: the realm is this process; as for `shards`
  std::vector<std::shared_ptr<ShardRooms>> shards;  ///< by index; not changed once connections come
};

/// Rooms appear with their first member and vanish with their last. Everything but the constructor
/// runs on the shard's thread; to other shards it speaks by posting to their loops.
class ShardRooms : public std::enable_shared_from_this<ShardRooms> {
 public:
  ShardRooms(Shared& shared, std::size_t index, Loop& loop)
      : shared_(shared),
        index_(index),
        loop_(loop),
        logged_out_(kMostLoggedOut, shared.options.token_lifetime) {}
  ShardRooms(ShardRooms const&) = delete;
  ShardRooms& operator=(ShardRooms const&) = delete;

  /// Hears on `mailbox`, which is of this shard's loop and outlives this, when logins begin and
  /// end: seats of islands' rooms depend on them (Options::seat_grace).
  void follow_logins(bus::Mailbox& mailbox);

  /// session_ended for an island's room when the player has logged out since its token was issued.
  /// See Options::logout_delay.
  [[nodiscard]] Result<> check_login(std::string const& room, Address const& address,
                                     WallTime issued);

  /// Whether the address would get a seat now, so that a full room is told before the handshake:
  /// room_full, realm_full.
  [[nodiscard]] Result<> check_space(std::string const& room, Address const& address);

  /// A seat for a player who has proved to be `address`. Its older seat in this room is taken away
  /// at once; older ones in other rooms by the hand-over rule (Options::hand_over), which other
  /// hosts apply to theirs unless the room is open. Errors: as check_space(), overloaded (no
  /// alias).
  [[nodiscard]] Result<std::unique_ptr<Seat>> enter(std::string const& room, Address const& address,
                                                    net::Connection& connection);

  /// Takes the seat away on the shard's thread, soon; unless it was left meanwhile. Any thread.
  void kick_soon(Membership const& seat, Errc why, std::string_view text);

  /// Ends these by the hand-over rule, each on its shard's thread, soon. Any thread.
  static void end_soon(Shared const& shared, std::vector<Outdated> const& seats);

  /// See Room::end; unknown rooms are ignored.
  void end(std::string const& room, Alias alias, Errc why, Millis delay);

  [[nodiscard]] std::size_t size() const { return rooms_.size(); }
  [[nodiscard]] Shared& shared() { return shared_; }

 private:
  using Table = std::unordered_map<std::string, std::unique_ptr<Room>>;
  /// Of those who logged out longer ago an old token may let somebody in again.
  static constexpr std::size_t kMostLoggedOut = 16'384;

  void end_seats_of(Address const& address);
  void take_place(std::string const& room, Address const& address, Alias alias);
  void replace(std::string const& room, Address const& address);
  [[nodiscard]] Result<Room*> find_or_open(std::string const& room);
  void left(std::string const& room, Address const& address, Alias alias);
  void vanish_if_empty(Table::iterator room);

  Shared& shared_;
  std::size_t index_;
  Loop& loop_;
  Table rooms_;
  limits::Recent<Address, WallTime> logged_out_;  // since when
  std::vector<bus::Subscription> subscriptions_;
};

}  // namespace archipelago::rooms
