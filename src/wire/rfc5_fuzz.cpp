// Any bytes: the room scanner must say what protobuf says, and what it read must survive splicing.
#include <cstdint>
#include <cstdlib>

#include "wire/rfc5_agrees.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago::wire;
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  if (!scanner_agrees_with_protobuf(bytes)) std::abort();
  auto const scan = scan_ws_packet(bytes);
  if (!scan || scan->which != WsCase::peer_update) return 0;
  auto const relayed = splice_update(7, scan->body(), scan->unreliable);
  auto const again = scan_ws_packet(relayed);
  if (!again || again->from_alias != 7 || again->body() != scan->body() ||
      again->unreliable != scan->unreliable)
    std::abort();
  return 0;
}
