// Any bytes as a heartbeat: whatever is accepted is finite and short.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "islands/heartbeat.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace islands = archipelago::islands;
  auto const heartbeat = islands::read_heartbeat({reinterpret_cast<char const*>(data), size});
  if (!heartbeat) return 0;
  if (heartbeat->desired_room && heartbeat->desired_room->size() > islands::kMaxDesiredRoomBytes)
    std::abort();
  if (heartbeat->at && !std::isfinite(heartbeat->at->x + heartbeat->at->y + heartbeat->at->z) &&
      !(std::isfinite(heartbeat->at->x) && std::isfinite(heartbeat->at->y) &&
        std::isfinite(heartbeat->at->z)))
    std::abort();
  return 0;
}
