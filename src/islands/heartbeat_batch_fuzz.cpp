// Any bytes as a batch of heartbeats: whatever is accepted is finite, short and names islands that
// could be ours.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "islands/heartbeat.hpp"
#include "islands/heartbeat_batch.hpp"
#include "islands/id_maker.hpp"

namespace {

bool is_fine(archipelago::islands::Beat const& beat) {
  namespace islands = archipelago::islands;
  return std::isfinite(beat.at.x) && std::isfinite(beat.at.y) && std::isfinite(beat.at.z) &&
         beat.login != 0 && (beat.told.empty() || islands::is_island_id(beat.told)) &&
         (!beat.desired_room || beat.desired_room->size() <= islands::kMaxDesiredRoomBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace islands = archipelago::islands;
  auto const batch = islands::HeartbeatBatch::read({reinterpret_cast<char const*>(data), size});
  if (!batch) return 0;
  if (!islands::is_island_id(batch->gateway())) std::abort();
  if (batch->beats().size() + batch->refused().size() > islands::kMaxBeats) std::abort();
  for (auto const& beat : batch->beats())
    if (!is_fine(beat)) std::abort();
  return 0;
}
