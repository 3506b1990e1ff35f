// Any bytes, in one piece and byte by byte, are the same items; nothing is held beyond the limits.
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "net/frame_reader.hpp"

namespace {

using archipelago::net::FrameReader;

constexpr std::size_t kMax = 1'024;

std::string hear(std::string bytes, std::size_t piece) {
  FrameReader reader(kMax);
  std::string all;
  for (std::span<char> rest(bytes); !rest.empty();) {
    auto const now = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(now.size());
    reader.feed(now);
    while (auto const item = reader.next()) {
      if (item->payload.size() > kMax) std::abort();
      all += static_cast<char>(item->kind);
      all += std::to_string(item->code) + ' ' + std::to_string(item->payload.size()) + ' ';
      all += item->payload;
    }
    if (reader.held() > 2 * kMax + 14) std::abort();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string const bytes(reinterpret_cast<char const*>(data), size);
  if (hear(bytes, SIZE_MAX) != hear(bytes, 1)) std::abort();
  return 0;
}
