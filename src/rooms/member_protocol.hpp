// What is spoken on /rooms/{id}: the RFC-5 handshake, then packets for the other members (WIRE 7).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/handshake.hpp"
#include "auth/room_token.hpp"
#include "base/address.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "limits/token_bucket.hpp"
#include "net/websocket.hpp"
#include "rooms/fence.hpp"
#include "rooms/room.hpp"
#include "rooms/shard_rooms.hpp"

namespace archipelago::rooms {

/// What a connection needs to let a player in; all outlive it.
struct Doorkeeper {
  auth::LoginVerifier& verifier;
  Random& random;
  auth::RoomKey const& key;      ///< signed the tokens of the connection strings
  Fence const* fence = nullptr;  ///< null: whoever has the key leads
};

/// One connection to one room. Steps: peer_identification -> challenge -> signed chain -> welcome
/// -> member.
///
/// The cheap questions are asked at the identification, before any curve arithmetic: a valid
/// address; for a room of an island an access token made for this room and this address (DESIGN
/// rule 4) by a core that leads or did lately (Fence); a free seat. While it logs in, anything out
/// of order closes with `unexpected_message`; the deadline of the handshake is the connection's. A
/// member's peer_update is relayed, all its other packets are ignored and counted, bytes that are
/// no packet close with `malformed_packet`.
///
/// Rate limit: every message costs one packet and its bytes. Beyond the buckets unreliable updates
/// are dropped, up to as many again as the bucket of packets holds; a reliable packet that would
/// have to be dropped, or a sender that does not slow down, is closed with `rate_limited`. In slow
/// mode (Options::chat_interval) chat that comes too soon is dropped.
class MemberProtocol final : public net::Protocol {
 public:
  /// `token`: the access_token of the query, if any.
  MemberProtocol(std::string room, std::optional<std::string> token, net::Connection& connection,
                 ShardRooms& rooms, Doorkeeper door);

  void on_message(std::string_view bytes) override;
  void on_closed(Errc why) override;

 private:
  enum class Stage : std::uint8_t { identification, signature, proof, member, closed };

  Result<> step(std::string_view bytes);
  Result<> identify(std::string_view bytes);
  [[nodiscard]] Result<> check_access(Address const& address) const;
  /// When the token was made by its maker's clock. After check_access().
  [[nodiscard]] WallTime issued() const;
  Result<> take_signature(std::string_view bytes);
  void proved(Result<Address> const& player);
  Result<> relay(std::string_view bytes);
  [[nodiscard]] bool within_rate(std::size_t bytes);
  [[nodiscard]] bool chats_too_soon(std::string_view body);
  Result<> drop_excess(bool unreliable);
  void drop();
  void refuse(Error const& error);

  std::string const room_;
  std::optional<std::string> token_;
  net::Connection& connection_;
  ShardRooms& rooms_;
  Doorkeeper door_;
  auth::Handshake handshake_;
  limits::TokenBucket packets_;
  limits::TokenBucket bytes_;
  limits::TokenBucket patience_;
  std::optional<Instant> chatted_;
  std::unique_ptr<Seat> seat_;
  Stage stage_ = Stage::identification;
};

}  // namespace archipelago::rooms
