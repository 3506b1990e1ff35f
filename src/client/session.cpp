// What both protocols share.
#include "client/session.hpp"

#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

constexpr std::size_t kMaxChange = 256UL * 1024;

}  // namespace

Result<IslandChange> parse_island_change(std::string_view bytes) {
  auto const message = wire::decode<v3::IslandChangedMessage>(bytes, kMaxChange);
  if (!message) return tl::unexpected(message.error());
  if (message->island_id().empty())
    return fail(Errc::malformed_packet, "an island change names no island");
  IslandChange change;
  change.island = message->island_id();
  change.connection = message->conn_str();
  if (message->has_from_island_id()) change.from = message->from_island_id();
  change.peers.reserve(static_cast<std::size_t>(message->peers_size()));
  for (auto const& [address, position] : message->peers()) change.peers.push_back(address);
  return change;
}

std::string encode_heartbeat(Position const& at, std::optional<std::string> const& wish) {
  v3::Heartbeat beat;
  beat.mutable_position()->set_x(at.x);
  beat.mutable_position()->set_y(at.y);
  beat.mutable_position()->set_z(at.z);
  if (wish) beat.set_desired_room(*wish);
  return wire::encode(beat);
}

}  // namespace archipelago::client
