// A member of an island's room over RFC-5 (WIRE 7).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "auth/identity.hpp"
#include "client/deadline.hpp"
#include "net/ws_client.hpp"

namespace archipelago::client {

/// Something that happened in the room.
struct RoomEvent {
  enum class Kind : std::uint8_t { joined, left, update };
  Kind kind{};
  std::uint32_t alias = 0;  ///< of whom it tells
  std::string address;      ///< of who joined
  std::string body;         ///< of an update
  bool unreliable = false;
};

/// The bytes of a WsPacket to a member. Nothing for packets that mean nothing to it. Errors:
/// malformed_packet, invalid_utf8; replaced for peer_kicked, its text as detail.
Result<std::optional<RoomEvent>> parse_room_event(std::string_view bytes);

/// One thread; calls block up to their deadline.
class RoomMember {
 public:
  /// `url`: ws:// or wss://, with its access token. Errors: as DirectPlayer::login(); replaced or
  /// room_full, with the room's own words, when it kicks.
  static Result<RoomMember> join(std::string const& url, auth::Identity const& identity,
                                 Deadline deadline);

  [[nodiscard]] std::uint32_t alias() const { return alias_; }
  /// Who was there at the welcome.
  [[nodiscard]] std::map<std::uint32_t, std::string> const& others() const { return others_; }

  [[nodiscard]] Result<> send(std::string_view body, bool unreliable, Deadline deadline);
  /// The next event of that kind about that alias; others on the way are dropped.
  [[nodiscard]] Result<RoomEvent> wait_for(RoomEvent::Kind kind, std::uint32_t alias,
                                           Deadline deadline);
  void leave() { socket_.close(); }

 private:
  explicit RoomMember(net::WsClient socket) : socket_(std::move(socket)) {}
  Result<> prove(auth::Identity const& identity, Deadline deadline);
  Result<std::string> receive(Deadline deadline);
  Result<> transmit(std::string_view packet, Deadline deadline);

  net::WsClient socket_;
  std::uint32_t alias_ = 0;
  std::map<std::uint32_t, std::string> others_;
};

}  // namespace archipelago::client
