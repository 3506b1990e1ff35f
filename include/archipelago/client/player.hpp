// A whole player: logs in, walks, is moved from island to island, and talks with whoever is there.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "archipelago/client/realm.hpp"
#include "archipelago/client/transport.hpp"

namespace archipelago::client {

struct PlayerOptions {
  RealmOptions realm{};
  /// Null: TransportTable::standard(). Outlives the player.
  TransportTable const* transports = nullptr;
  Millis room_limit{10'000};  ///< for connecting to a room
  /// How long the old room is kept after the new one has opened, [0, 10'000]: for what is still on
  /// its way there, and for those who move a little later.
  Millis linger{1'000};
};

/// The room that relays for the island.
enum class RoomState : std::uint8_t {
  none,        ///< no island yet
  connecting,  ///< no room is open
  open,
  moving,  ///< one is open, the next one is being connected or tried again
  failed,  ///< this island's room cannot be used (`why`); the next island may do better
};
struct RoomStatus {
  RoomState state = RoomState::none;
  std::string island{};         ///< of the newest change
  std::optional<Ending> why{};  ///< of the last failure, if one came since the newest change
};

/// As RealmEvents: all optional, on the loop, never within a call of Player's; the player may be
/// destroyed in any of them.
struct PlayerEvents {
  std::function<void(Status const&)> status{};
  std::function<void(IslandChange const&)> island{};
  std::function<void(RoomStatus const&)> room{};
  std::function<void(std::string_view address)> joined{};
  std::function<void(std::string_view address)> left{};
  std::function<void(Message const&)> message{};
  std::function<void(Identity const&)> identity{};
};

/// A RealmClient and the room of its island. When the island changes, the new room is connected
/// before the old one is left (make before break):
///
/// - The old room is kept until the new one is open and `linger` longer, and while the next move is
///   under way. A new one that fails is tried again with growing pauses; the old one stays
///   meanwhile, as long as its server lets it.
///   After three failures, or when the token is no longer good, the realm is asked for a new one
///   (RealmClient::reconnect).
/// - joined and left are about people, not rooms: somebody who is in both rooms is told of once,
///   and left when gone from both.
/// - What is sent while both rooms are open goes to the new one, and to the old one too as long as
///   somebody sits only there.
/// - What such a sender sends to both rooms is delivered once: a message from one address with
/// equal
///   bytes that comes through the other room within the time both are open is the same message.
///   Nothing else is ever left out, and the order of one sender's messages in one room is kept.
/// - Nothing is queued while no room is open: send() says false.
///
/// Cost: beside RealmClient's, one websocket, and two while moving.
class Player {
 public:
  Player(Network const& network, Identity identity, PlayerOptions options, PlayerEvents events);
  ~Player();  ///< leaves everything, tells nothing
  Player(Player&&) noexcept;
  Player& operator=(Player&&) noexcept;

  // As RealmClient.
  void start();
  void stop();
  void move_to(Position const& position);
  void wish(std::string island);
  [[nodiscard]] Status const& status() const;
  [[nodiscard]] Identity const& identity() const;

  /// To everyone in the room. False when no room will get it: none is open, the message is too
  /// large (128 KiB), or unreliable and the server is slow.
  bool send(std::string_view body, Delivery delivery = Delivery::reliable);

  [[nodiscard]] RoomStatus const& room() const;
  /// Addresses of who is here, in order, oneself not among them.
  [[nodiscard]] std::vector<std::string> peers() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace archipelago::client
