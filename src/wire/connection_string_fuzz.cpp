// Any text: what splits must join to the same text; what resolves must have a url that fits.
#include <cstdint>
#include <cstdlib>

#include "wire/connection_string.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago::wire;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const split = parse_connection_string(text);
  if (split && to_string(*split) != text && split->protocol != "offline") std::abort();
  auto const endpoint = resolve_connection_string(text);
  if (endpoint && !split) std::abort();
  if (!endpoint) return 0;
  bool const bare =
      endpoint->backend == Backend::offline || endpoint->backend == Backend::simulator;
  if (!bare && endpoint->url.find("://") == std::string::npos) std::abort();
  if (endpoint->backend == Backend::livekit && endpoint->access_token.empty()) std::abort();
  return 0;
}
