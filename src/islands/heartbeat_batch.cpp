// Batches of heartbeats from the bus.
#include "islands/heartbeat_batch.hpp"

#include <cmath>
#include <string>
#include <utility>

#include <archipelago/cluster.pb.h>
#include <google/protobuf/arena.h>

#include "islands/heartbeat.hpp"
#include "islands/id_maker.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

/// Names of islands by their number in the batch; unusable ones are empty.
std::vector<std::string_view> names_of(cluster::Heartbeats const& message) {
  std::vector<std::string_view> names;
  names.reserve(static_cast<std::size_t>(message.islands_size()));
  for (auto const& id : message.islands())
    names.push_back(is_island_id(id) ? std::string_view(id) : std::string_view());
  return names;
}

/// Of an island by its number; "" where none is told.
std::string_view connection_of(cluster::Heartbeats const& message, std::uint32_t number) {
  if (number == 0 || number > static_cast<std::uint32_t>(message.connections_size())) return {};
  auto const& text = message.connections(static_cast<int>(number) - 1);
  return text.size() <= kMaxConnectionBase ? std::string_view(text) : std::string_view();
}

tl::expected<Beat, Errc> checked(cluster::Beat const& beat,
                                 std::span<std::string_view const> names) {
  auto const player = Address::from_bytes(beat.address());
  if (!player) return tl::unexpected(Errc::bad_address);
  if (!std::isfinite(beat.x()) || !std::isfinite(beat.y()) || !std::isfinite(beat.z()))
    return tl::unexpected(Errc::invalid_position);
  if (beat.desired_room().size() > kMaxDesiredRoomBytes)
    return tl::unexpected(Errc::message_too_big);
  if (beat.login() == 0 || beat.told() > names.size()) return tl::unexpected(Errc::bad_request);
  Beat good{.player = *player,
            .at = {beat.x(), beat.y(), beat.z()},
            .way = beat.way(),
            .login = beat.login()};
  if (beat.told() != 0) {
    good.told = names[beat.told() - 1];
    if (good.told.empty()) return tl::unexpected(Errc::bad_request);
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
  auto const names = names_of(message);
  batch.beats_.reserve(static_cast<std::size_t>(message.beats_size()));
  for (auto const& beat : message.beats()) {
    auto good = checked(beat, names);
    if (!good) {
      batch.refused_.push_back(good.error());
      continue;
    }
    good->connection = connection_of(message, beat.told());
    batch.beats_.push_back(*good);
  }
  return batch;
}

}  // namespace archipelago::islands
