// Hostile /about texts and packets of a realm: read all of them, trip over none.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "client/about_info.hpp"
#include "client/printable.hpp"
#include "client/session.hpp"

namespace client = archipelago::client;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  if (auto const about = client::parse_about(bytes))
    (void)client::entrances(*about, "http://realm.example.org");
  (void)client::realm_url(bytes);
  (void)client::parse_island_change(bytes);
  for (char const c : client::printable(bytes))
    if (static_cast<unsigned char>(c) < 0x20) __builtin_trap();
  return 0;
}
