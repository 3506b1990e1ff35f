// Batches of heartbeats from the bus.
#include "islands/heartbeat_batch.hpp"

#include <cmath>
#include <string>
#include <utility>

#include <archipelago/cluster.pb.h>
#include <google/protobuf/arena.h>

#include "islands/heartbeat.hpp"
#include "islands/id_maker.hpp"
#include "wire/connection_string.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

/// What beats name by number.
struct Told {
  std::string_view island;      // empty: unusable
  std::string_view connection;  // empty: none, or too long
  std::uint32_t way = 0;
};

std::vector<Told> all_told(cluster::Heartbeats const& message) {
  std::vector<Told> all(static_cast<std::size_t>(message.islands_size()));
  for (int i = 0; i < message.islands_size(); ++i) {
    auto& told = all[static_cast<std::size_t>(i)];
    if (is_island_id(message.islands(i))) told.island = message.islands(i);
    if (i >= message.connections_size()) continue;
    std::string_view const connection = message.connections(i);
    if (connection.empty() || connection.size() > kMaxConnectionBase) continue;
    told.connection = connection;
    told.way = wire::way_of(connection);
  }
  return all;
}

tl::expected<Beat, Errc> checked(cluster::Beat const& beat, std::span<Told const> told) {
  auto const player = Address::from_bytes(beat.address());
  if (!player) return tl::unexpected(Errc::bad_address);
  if (!std::isfinite(beat.x()) || !std::isfinite(beat.y()) || !std::isfinite(beat.z()))
    return tl::unexpected(Errc::invalid_position);
  if (beat.desired_room().size() > kMaxDesiredRoomBytes)
    return tl::unexpected(Errc::message_too_big);
  if (beat.login() == 0 || beat.told() > told.size()) return tl::unexpected(Errc::bad_request);
  Beat good{.player = *player, .at = {beat.x(), beat.y(), beat.z()}, .login = beat.login()};
  if (beat.told() != 0) {
    auto const& last = told[beat.told() - 1];
    if (last.island.empty()) return tl::unexpected(Errc::bad_request);
    good.told = last.island;
    good.connection = last.connection;
    good.way = last.way;
  }
  if (beat.has_desired_room()) good.desired_room = beat.desired_room();
  return good;
}

}  // namespace

struct HeartbeatBatch::Memory {
  google::protobuf::Arena arena;
};

HeartbeatBatch::HeartbeatBatch() : memory_(std::make_unique<Memory>()) {}
HeartbeatBatch::HeartbeatBatch(HeartbeatBatch&&) noexcept = default;
HeartbeatBatch& HeartbeatBatch::operator=(HeartbeatBatch&&) noexcept = default;
HeartbeatBatch::~HeartbeatBatch() = default;

Result<HeartbeatBatch> HeartbeatBatch::read(std::string_view bytes) {
  HeartbeatBatch batch;
  auto& message =
      *google::protobuf::Arena::CreateMessage<cluster::Heartbeats>(&batch.memory_->arena);
  if (auto done = wire::decode_into(bytes, kMaxBatchBytes, message); !done)
    return tl::unexpected(std::move(done.error()));
  if (static_cast<std::size_t>(message.beats_size()) > kMaxBeats ||
      static_cast<std::size_t>(message.islands_size()) > kMaxBatchIslands)
    return fail(Errc::message_too_big, "cluster.heartbeats");
  if (!is_island_id(message.gateway())) return fail(Errc::bad_request, "gateway");
  batch.gateway_ = message.gateway();
  auto const told = all_told(message);
  batch.beats_.reserve(static_cast<std::size_t>(message.beats_size()));
  for (auto const& beat : message.beats()) {
    auto good = checked(beat, told);
    if (!good) {
      batch.refused_.push_back(good.error());
      continue;
    }
    batch.beats_.push_back(*good);
  }
  return batch;
}

}  // namespace archipelago::islands
