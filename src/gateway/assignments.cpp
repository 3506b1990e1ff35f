#include "gateway/assignments.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "gateway/cluster.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

constexpr std::size_t kMaxMessage = std::size_t{1} << 20U;
constexpr std::string_view kToday = "engine.";

}  // namespace

bool Assignments::admit(bus::Message const& message) {
  if (!core_.admits(message.epoch) || is_echo(message)) return false;
  auto changed = wire::decode<decentraland::kernel::comms::v3::IslandChangedMessage>(
      message.payload, kMaxMessage);
  if (!changed) return metrics_.reject(changed.error().code), false;
  if (changed->island_id().size() > kMaxIslandBytes)
    return metrics_.reject(Errc::message_too_big), false;
  if (changed->island_id() == island_ && changed->conn_str() == connection_) return false;
  island_ = std::move(*changed->mutable_island_id());
  connection_ = std::move(*changed->mutable_conn_str());
  return true;
}

std::string_view Assignments::place() const {
  auto const place = std::string_view(connection_).substr(0, connection_.find('?'));
  return place.size() <= kMaxPlaceBytes ? place : std::string_view();
}

/// A core that was heard on today's subject says everything there; what it says on the other one
/// may come later than what it said since.
bool Assignments::is_echo(bus::Message const& message) {
  if (!message.subject.starts_with(kToday)) return message.epoch != 0 && message.epoch == epoch_;
  epoch_ = message.epoch;
  return false;
}

}  // namespace archipelago::gateway
