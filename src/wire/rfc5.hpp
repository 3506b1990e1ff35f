// WsPackets of an island's room (WIRE 1.4, 7): read cheaply for the relay, written around bytes
// that are there already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace archipelago::wire {

/// Cases of WsPacket's oneof, by field number.
enum class WsCase : std::uint8_t {
  none = 0,  ///< empty, or only fields that nobody knows
  welcome = 1,
  peer_join = 2,
  peer_update = 3,
  challenge = 4,
  signed_challenge = 5,
  peer_leave = 6,
  identification = 7,
  kicked = 8,
};

/// What a relay wants to know of a packet.
class WsScan {
 public:
  WsCase which = WsCase::none;
  // Of a peer_update; else empty.
  std::uint32_t from_alias = 0;
  bool unreliable = false;

  /// A view into the scanned packet, or (odd encodings only) into this object. Valid while both
  /// live unmoved.
  [[nodiscard]] std::string_view body() const noexcept {
    return owned_ ? std::string_view(*owned_) : view_;
  }
  void body_is(std::string_view view) noexcept { view_ = view; }
  void body_is(std::string copy) { owned_ = std::make_unique<std::string>(std::move(copy)); }

 private:
  std::string_view view_;
  std::unique_ptr<std::string> owned_;
};

/// Says what protobuf's parser says, for any input. A peer_update as clients write it costs a few
/// nanoseconds and no allocation; everything else is handed to protobuf. Unknown fields inside a
/// peer_update are not kept: a relayed packet carries the body, `unreliable` and the alias given by
/// the server, nothing else that a sender made up. The caller bounds the size (the websocket's
/// limit). Errors: malformed_packet, invalid_utf8.
[[nodiscard]] Result<WsScan> scan_ws_packet(std::string_view packet);

/// A peer_update for the other members. Encoded once and shared by all of them.
[[nodiscard]] std::string splice_update(std::uint32_t from_alias, std::string_view body,
                                        bool unreliable);
/// The same in two steps, for whoever has a buffer: its size, and appending that many bytes.
[[nodiscard]] std::size_t update_size(std::uint32_t from_alias, std::size_t body, bool unreliable);
void append_update(std::string& out, std::uint32_t from_alias, std::string_view body,
                   bool unreliable);

[[nodiscard]] std::string ws_challenge_packet(std::string_view challenge, bool already_connected);
/// Who is there already, in the order given: alias and lower-case address.
[[nodiscard]] std::string ws_welcome_packet(
    std::uint32_t alias, std::vector<std::pair<std::uint32_t, std::string>> const& members);
[[nodiscard]] std::string ws_join_packet(std::uint32_t alias, std::string_view address);
[[nodiscard]] std::string ws_leave_packet(std::uint32_t alias);
[[nodiscard]] std::string ws_kicked_packet(std::string_view reason);

// What a client says.
[[nodiscard]] std::string ws_identification_packet(std::string_view address);
[[nodiscard]] std::string ws_signed_challenge_packet(std::string_view auth_chain_json);

}  // namespace archipelago::wire
