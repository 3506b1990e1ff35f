// What the islands say on the bus, encoded.
#include "islands/messages.hpp"

#include <bit>
#include <utility>

#include <boost/json.hpp>
#include <decentraland/kernel/comms/v3/archipelago.pb.h>

#include "wire/field.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

constexpr std::string_view kServerName = "archipelago";
constexpr std::size_t kPeerBytes =
    80;  ///< an address, a position and their heads, or a little less

void append_coordinate(std::string& out, unsigned field, float value) {
  if (value != 0) wire::append_fixed32_field(out, field, std::bit_cast<std::uint32_t>(value));
}

}  // namespace

std::string encode_peers(engine::IslandView const& island) {
  std::string peers, position, entry;
  peers.reserve(island.members.size() * kPeerBytes);
  for (auto const& member : island.members) {
    position.clear();
    append_coordinate(position, 1, member.at.x);
    append_coordinate(position, 2, member.at.y);
    append_coordinate(position, 3, member.at.z);
    entry.clear();
    wire::append_bytes_field(entry, 1, member.player);
    wire::append_bytes_field(entry, 2, position);
    wire::append_bytes_field(peers, 4, entry);
  }
  return peers;
}

std::string island_changed_message(std::string_view island, std::string_view connection_string,
                                   std::string_view from, std::string_view peers) {
  std::string message;
  message.reserve(wire::bytes_field_size(island.size()) +
                  wire::bytes_field_size(connection_string.size()) +
                  wire::bytes_field_size(from.size()) + peers.size());
  wire::append_bytes_field(message, 1, island);
  if (!connection_string.empty()) wire::append_bytes_field(message, 2, connection_string);
  if (!from.empty()) wire::append_bytes_field(message, 3, from);
  message += peers;
  return message;
}

std::string join_island_message(std::string_view island, std::string_view player) {
  std::string message;
  wire::append_bytes_field(message, 1, island);
  wire::append_bytes_field(message, 2, player);
  return message;
}

std::string island_status_message(Snapshot const& snapshot) {
  v3::IslandStatusMessage message;
  for (auto const& island : snapshot.islands) {
    auto& data = *message.add_data();
    data.set_id(island.id);
    for (auto const& peer : island.peers) data.add_peers(peer.address.str());
    data.set_max_peers(island.max_peers);
    data.mutable_center()->set_x(static_cast<float>(island.centre_x));
    data.mutable_center()->set_z(static_cast<float>(island.centre_z));
    data.set_radius(island.radius);
  }
  return wire::encode(message);
}

std::string discovery_message(ServiceStatus const& status) {
  v3::ServiceDiscoveryMessage message;
  message.set_server_name(std::string(kServerName));
  auto& body = *message.mutable_status();
  body.set_current_time(static_cast<std::uint64_t>(status.now.ms_since_epoch));
  if (!status.commit_hash.empty()) body.set_commit_hash(std::string(status.commit_hash));
  body.set_user_count(static_cast<std::uint32_t>(status.users));
  return wire::encode(message);
}

std::string discovery_json(ServiceStatus const& status) {
  boost::json::object body{{"currentTime", status.now.ms_since_epoch}};
  if (!status.commit_hash.empty()) body["commitHash"] = status.commit_hash;
  body["userCount"] = status.users;
  boost::json::object const whole{{"serverName", kServerName}, {"status", std::move(body)}};
  return boost::json::serialize(whole);
}

}  // namespace archipelago::islands
