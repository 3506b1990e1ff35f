// Fuzz target: any bytes as a trace. Whatever was read is written and read again to the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/trace.hpp"
#include "sim/trace_player.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace sim = archipelago::sim;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  sim::TracePlayer player({});
  while (!rest.empty()) {
    auto const line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (auto const step = sim::trace::read_step(line)) {
      auto const written = sim::trace::write_step(*step);
      auto const again =
          sim::trace::read_step(std::string_view(written).substr(0, written.size() - 1));
      if (again && sim::trace::write_step(*again) != written) std::abort();
    }
    if (!player.line(line)) return 0;
  }
  return 0;
}
