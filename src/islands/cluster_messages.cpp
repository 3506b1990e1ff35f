// Messages among cores and gateways.
#include "islands/cluster_messages.hpp"

#include <optional>
#include <utility>

#include <archipelago/cluster.pb.h>

#include "islands/id_maker.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

constexpr unsigned kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5;  // wire types

std::optional<std::uint64_t> cut_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    auto const byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) return value;
  }
  return std::nullopt;
}

struct Field {
  std::uint64_t number = 0;
  std::string_view bytes{};  ///< of a length-delimited one
};

std::optional<std::string_view> cut(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) return std::nullopt;
  auto const head = rest.substr(0, size);
  rest.remove_prefix(size);
  return head;
}

/// Cuts the next field off; nothing if these bytes are no fields.
std::optional<Field> cut_field(std::string_view& rest) {
  auto const tag = cut_varint(rest);
  if (!tag || *tag >> 3U == 0) return std::nullopt;
  Field field{.number = *tag >> 3U};
  std::optional<std::string_view> bytes;
  switch (*tag & 7U) {
    case kVarint:
      if (!cut_varint(rest)) return std::nullopt;
      return field;
    case kFixed64:
      bytes = cut(rest, 8);
      break;
    case kFixed32:
      bytes = cut(rest, 4);
      break;
    case kBytes: {
      auto const size = cut_varint(rest);
      if (size) bytes = cut(rest, *size);
      if (bytes) field.bytes = *bytes;
      break;
    }
    default:  // groups: no message of ours has any
      break;
  }
  if (!bytes) return std::nullopt;
  return field;
}

}  // namespace

Result<GatewayStatus> read_gateway_status(std::string_view bytes) {
  auto const message = wire::decode<cluster::GatewayStatus>(bytes, kMaxStatusBytes);
  if (!message) return tl::unexpected(message.error());
  if (!is_island_id(message->gateway())) return fail(Errc::bad_request, "gateway");
  if (static_cast<std::size_t>(message->gone_size()) > kMaxGone)
    return fail(Errc::message_too_big, "gone");
  GatewayStatus status{.gateway = message->gateway()};
  status.gone.reserve(static_cast<std::size_t>(message->gone_size()));
  for (auto const& gone : message->gone()) {
    auto const player = Address::from_bytes(gone.address());
    if (!player) return fail(Errc::bad_address, "gone");
    status.gone.push_back({*player, gone.login()});
  }
  return status;
}

std::string login_message(std::uint64_t login, std::string_view gateway) {
  cluster::Login message;
  message.set_login(login);
  message.set_gateway(std::string(gateway));
  return wire::encode(message);
}

std::string core_status_message(std::string_view core, std::uint64_t epoch, std::size_t players,
                                std::size_t islands) {
  cluster::CoreStatus message;
  message.set_core(std::string(core));
  message.set_epoch(epoch);
  message.set_players(static_cast<std::uint32_t>(players));
  message.set_islands(static_cast<std::uint32_t>(islands));
  return wire::encode(message);
}

Result<IslandChangedHead> read_island_changed(std::string_view bytes) {
  if (bytes.size() > kMaxStatusBytes) return fail(Errc::message_too_big);
  IslandChangedHead head;
  while (!bytes.empty()) {
    auto const field = cut_field(bytes);
    if (!field) return fail(Errc::malformed_packet, "IslandChangedMessage");
    if (field->number == 1) head.island = field->bytes;
    if (field->number == 2) head.connection_string = field->bytes;
  }
  if (!is_island_id(head.island)) return fail(Errc::bad_request, "island_id");
  return head;
}

}  // namespace archipelago::islands
