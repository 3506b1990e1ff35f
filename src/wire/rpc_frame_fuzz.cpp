// Any bytes: a frame that decodes must encode to bytes that mean the same.
#include <cstdint>
#include <cstdlib>

#include "wire/rpc_frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago::wire;
  auto const frame = decode_rpc({reinterpret_cast<char const*>(data), size});
  if (!frame) return 0;
  auto const bytes = encode_rpc(frame->number, frame->body);
  auto const again = decode_rpc(bytes);
  if (!again || again->number != frame->number || encode_rpc(again->number, again->body) != bytes)
    std::abort();
  return 0;
}
