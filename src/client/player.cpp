// What players of both protocols share.
#include "client/player.hpp"

#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

constexpr std::size_t kMaxChange = 256UL * 1024;

}  // namespace

Result<IslandChange> parse_island_change(std::string_view bytes) {
  namespace v3 = decentraland::kernel::comms::v3;
  auto const message = wire::decode<v3::IslandChangedMessage>(bytes, kMaxChange);
  if (!message) return tl::unexpected(message.error());
  if (message->island_id().empty())
    return fail(Errc::malformed_packet, "an island change names no island");
  IslandChange change;
  change.island = message->island_id();
  change.connection = message->conn_str();
  if (message->has_from_island_id()) change.from = message->from_island_id();
  for (auto const& [address, position] : message->peers()) change.peers.push_back(address);
  return change;
}

Error explain(Error error, net::WsClient const& socket) {
  if (auto const& closed = socket.closed()) {
    error.detail = "the server closed with " + std::to_string(closed->code);
    if (!closed->reason.empty()) error.detail += " " + closed->reason;
  }
  return error;
}

}  // namespace archipelago::client
