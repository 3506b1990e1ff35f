// Heartbeats from the bus.
#include "islands/heartbeat.hpp"

#include <cmath>
#include <utility>

#include <decentraland/kernel/comms/v3/archipelago.pb.h>

#include "wire/packet.hpp"

namespace archipelago::islands {

Result<Heartbeat> read_heartbeat(std::string_view bytes) {
  namespace v3 = decentraland::kernel::comms::v3;
  auto message = wire::decode<v3::Heartbeat>(bytes, kMaxHeartbeatBytes);
  if (!message) return tl::unexpected(std::move(message.error()));
  Heartbeat heartbeat;
  if (message->has_desired_room()) {
    if (message->desired_room().size() > kMaxDesiredRoomBytes)
      return fail(Errc::message_too_big, "desired_room");
    heartbeat.desired_room = std::move(*message->mutable_desired_room());
  }
  if (!message->has_position()) return heartbeat;
  auto const& p = message->position();
  if (!std::isfinite(p.x()) || !std::isfinite(p.y()) || !std::isfinite(p.z()))
    return fail(Errc::invalid_position);
  heartbeat.at = engine::Position{p.x(), p.y(), p.z()};
  return heartbeat;
}

}  // namespace archipelago::islands
