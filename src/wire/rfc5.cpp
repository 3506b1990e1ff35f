// WsPackets of an island's room: a scanner for the one encoding that matters, protobuf for the
// rest.
#include "wire/rfc5.hpp"

#include <climits>
#include <optional>

#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "wire/field.hpp"
#include "wire/packet.hpp"

namespace archipelago::wire {
namespace {

namespace rfc5 = decentraland::kernel::comms::rfc5;

constexpr unsigned char kUpdateTag = (3U << 3U) | 2U;
constexpr unsigned char kAliasTag = 1U << 3U;
constexpr unsigned char kBodyTag = (2U << 3U) | 2U;
constexpr unsigned char kUnreliableTag = 3U << 3U;

// Reads what fits in 32 bits the way protobuf does; gives up where protobuf's rules get subtle.
std::optional<std::uint32_t> take_varint(std::string_view& in) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 5 && i < in.size(); ++i) {
    auto const byte = static_cast<unsigned char>(in[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7U * i);
    if ((byte & 0x80U) != 0) continue;
    if (value > UINT32_MAX) return std::nullopt;
    in.remove_prefix(i + 1);
    return static_cast<std::uint32_t>(value);
  }
  return std::nullopt;
}

std::optional<std::string_view> take_bytes(std::string_view& in) {
  auto const length = take_varint(in);
  if (!length || *length > in.size()) return std::nullopt;
  auto const bytes = in.substr(0, *length);
  in.remove_prefix(*length);
  return bytes;
}

bool read_field(std::string_view& in, WsScan& scan) {
  auto const tag = static_cast<unsigned char>(in.front());
  in.remove_prefix(1);
  if (tag == kBodyTag) {
    auto const body = take_bytes(in);
    if (body) scan.body_is(*body);
    return body.has_value();
  }
  if (tag != kAliasTag && tag != kUnreliableTag) return false;
  auto const value = take_varint(in);
  if (!value) return false;
  if (tag == kAliasTag) scan.from_alias = *value;
  if (tag == kUnreliableTag) scan.unreliable = *value != 0;
  return true;
}

// One peer_update and nothing else, made of its known fields in any order.
std::optional<WsScan> scan_plain_update(std::string_view packet) {
  if (packet.empty() || static_cast<unsigned char>(packet.front()) != kUpdateTag)
    return std::nullopt;
  packet.remove_prefix(1);
  auto inner = take_bytes(packet);
  if (!inner || !packet.empty()) return std::nullopt;
  WsScan scan;
  scan.which = WsCase::peer_update;
  while (!inner->empty())
    if (!read_field(*inner, scan)) return std::nullopt;
  return scan;
}

std::size_t inner_update_size(std::uint32_t from_alias, std::size_t body, bool unreliable) {
  return (from_alias != 0 ? 1 + varint_size(from_alias) : 0) +
         (body == 0 ? 0 : bytes_field_size(body)) + (unreliable ? 2U : 0U);
}

std::string ws_packet(WsCase which, std::string_view message) {
  std::string packet;
  packet.reserve(bytes_field_size(message.size()));
  append_bytes_field(packet, static_cast<unsigned>(which), message);
  return packet;
}

std::string text_packet(WsCase which, std::string_view text) {
  std::string message;
  if (!text.empty()) append_bytes_field(message, 1, text);
  return ws_packet(which, message);
}

}  // namespace

Result<WsScan> scan_ws_packet(std::string_view packet) {
  if (auto plain = scan_plain_update(packet)) return std::move(*plain);
  auto parsed = decode<rfc5::WsPacket>(packet, INT_MAX);
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  WsScan scan;
  scan.which = static_cast<WsCase>(parsed->message_case());
  if (parsed->has_peer_update_message()) {
    auto& update = *parsed->mutable_peer_update_message();
    scan.from_alias = update.from_alias();
    scan.unreliable = update.unreliable();
    scan.body_is(std::move(*update.mutable_body()));
  }
  return scan;
}

std::size_t update_size(std::uint32_t from_alias, std::size_t body, bool unreliable) {
  return bytes_field_size(inner_update_size(from_alias, body, unreliable));
}

void append_update(std::string& out, std::uint32_t from_alias, std::string_view body,
                   bool unreliable) {
  append_bytes_head(out, static_cast<unsigned>(WsCase::peer_update),
                    inner_update_size(from_alias, body.size(), unreliable));
  if (from_alias != 0) append_varint_field(out, 1, from_alias);
  if (!body.empty()) append_bytes_field(out, 2, body);
  if (unreliable) append_varint_field(out, 3, 1);
}

std::string splice_update(std::uint32_t from_alias, std::string_view body, bool unreliable) {
  std::string packet;
  packet.reserve(update_size(from_alias, body.size(), unreliable));
  append_update(packet, from_alias, body, unreliable);
  return packet;
}

std::string ws_challenge_packet(std::string_view challenge, bool already_connected) {
  std::string message;
  if (!challenge.empty()) append_bytes_field(message, 1, challenge);
  if (already_connected) append_varint_field(message, 2, 1);
  return ws_packet(WsCase::challenge, message);
}

std::string ws_welcome_packet(std::uint32_t alias,
                              std::vector<std::pair<std::uint32_t, std::string>> const& members) {
  std::string message;
  if (alias != 0) append_varint_field(message, 1, alias);
  for (auto const& [member, address] : members) {
    // A map's entry: both parts are written, even if they are defaults.
    append_bytes_head(message, 2, 1 + varint_size(member) + bytes_field_size(address.size()));
    append_varint_field(message, 1, member);
    append_bytes_field(message, 2, address);
  }
  return ws_packet(WsCase::welcome, message);
}

std::string ws_join_packet(std::uint32_t alias, std::string_view address) {
  std::string message;
  if (alias != 0) append_varint_field(message, 1, alias);
  if (!address.empty()) append_bytes_field(message, 2, address);
  return ws_packet(WsCase::peer_join, message);
}

std::string ws_leave_packet(std::uint32_t alias) {
  std::string message;
  if (alias != 0) append_varint_field(message, 1, alias);
  return ws_packet(WsCase::peer_leave, message);
}

std::string ws_kicked_packet(std::string_view reason) {
  return text_packet(WsCase::kicked, reason);
}

std::string ws_identification_packet(std::string_view address) {
  return text_packet(WsCase::identification, address);
}

std::string ws_signed_challenge_packet(std::string_view auth_chain_json) {
  return text_packet(WsCase::signed_challenge, auth_chain_json);
}

}  // namespace archipelago::wire
