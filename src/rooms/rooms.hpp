// The host of all rooms: which shard each lives on, the endpoint that leads to them, and what they
// look like from outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "net/http.hpp"
#include "rooms/member_protocol.hpp"
#include "rooms/options.hpp"
#include "rooms/other_hosts.hpp"
#include "rooms/presence.hpp"
#include "rooms/shard_rooms.hpp"

namespace archipelago::rooms {

/// A room lives on one shard, found by the hash of its id, so that no packet ever crosses threads
/// or takes a lock.
///
///     rooms::Rooms rooms(loops, {verifier, random, key}, options, metrics);
///     rooms.register_endpoint(router);
///
/// Must outlive every connection to it and the loops' last task; everything passed in must outlive
/// it.
class Rooms {
 public:
  /// `loops`: one per shard, in the order of the server's shard indexes; at least one.
  Rooms(std::span<Loop* const> loops, Doorkeeper door, Options options, Metrics& metrics);
  Rooms(Rooms const&) = delete;
  Rooms& operator=(Rooms const&) = delete;

  /// Hears on these mailboxes, one per shard in their order, each on its shard's loop and outliving
  /// this, whose login has ended (Options::seat_grace). Before the loops run.
  void follow_logins(std::span<bus::Mailbox* const> mailboxes);

  /// Where the realm has other hosts of rooms: the hand-over rule holds across them from now on,
  /// see OtherHosts. `host`: id of this one, HostIdentity. Once, before the loops run.
  void follow_hosts(bus::Bus& bus, Loop& loop, std::string host);

  /// Websocket `/rooms/*`. Ids other than options.hpp allows are refused before the upgrade.
  void register_endpoint(net::Router& router);

  /// The shard on which a room lives, whether it exists or not. Any thread.
  [[nodiscard]] std::size_t home(std::string_view room) const;

  /// The rooms of one shard: its loop's.
  [[nodiscard]] ShardRooms& shard(std::size_t index) { return *shared_.shards.at(index); }

  /// Takes the seats of all whom `banned` names: each is told and closed as `banned`, on its shard
  /// soon. Counted (`ban_evictions`). Who is barred from before this call on is either seen by it
  /// or not seated any more. Any thread; takes the presence mutex for O(players).
  std::size_t evict(std::function<bool(Address const&)> const& banned);
  /// Everybody who has a seat, in no order. Any thread.
  [[nodiscard]] std::vector<Address> players() const { return shared_.presence.players(); }

  /// Who is where now. Any thread; takes the presence mutex for O(rooms).
  [[nodiscard]] Status status() const { return shared_.presence.status(); }
  /// Seats taken in all rooms: two of a player who is moving, those of made-up people too. Any
  /// thread; takes the presence mutex for O(1).
  [[nodiscard]] std::size_t seats() const { return shared_.presence.seats(); }
  /// Whether the address has a seat in any room. Any thread.
  [[nodiscard]] bool contains(Address const& player) const {
    return shared_.presence.contains(player);
  }
  /// What a seat taken now would be numbered, see SeatClock. Any thread.
  [[nodiscard]] std::uint64_t clock(WallTime now) const { return shared_.presence.clock(now); }

 private:
  net::WebsocketEndpoint endpoint();

  Shared shared_;
  Doorkeeper door_;
  std::unique_ptr<OtherHosts> others_;
};

}  // namespace archipelago::rooms
