// Whatever a deny list holds: an answer, bounded by its bytes, and the file's reader is never laxer
// than the remote one's.
#include <cstdint>
#include <cstdlib>

#include "bans/lists.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace bans = archipelago::bans;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const remote = bans::parse_json_list(text);
  auto const file = bans::parse_file_list(text);
  (void)bans::parse_verdict(text);
  constexpr std::size_t kShortestEntry = 42;
  if (remote && remote->addresses.size() > size / kShortestEntry) std::abort();
  if (file && (file->skipped != 0 || file->addresses.size() > size / kShortestEntry)) std::abort();
  if (file && remote && file->addresses.size() != remote->addresses.size()) std::abort();
  if (!file && !file.error().detail.starts_with("line ")) std::abort();
  return 0;
}
