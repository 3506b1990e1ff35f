// Short, without control characters, UTF-8.
#include "client/printable.hpp"

#include <algorithm>

#include "net/text.hpp"

namespace archipelago::client {
namespace {

constexpr std::size_t kLongest = 200;

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

std::string printable(std::string_view text) {
  auto end = std::min(text.size(), kLongest);
  while (end > 0 && end < text.size() && continues(text[end])) --end;
  std::string clean(text.substr(0, end));
  bool const utf8 = net::is_utf8(clean);
  std::ranges::replace_if(
      clean,
      [&](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f || (!utf8 && byte >= 0x80);
      },
      '?');
  return end < text.size() ? clean + "…" : clean;
}

}  // namespace archipelago::client
