// The two forms of a deny list as bytes, and the answer of a ban check.
#pragma once

#include <cstddef>
#include <string_view>

#include "bans/address_set.hpp"
#include "base/result.hpp"

namespace archipelago::bans {

struct List {
  AddressSet addresses;
  std::size_t skipped = 0;  ///< entries that name no address
};

/// More entries than this make a list unusable; two million of them are 40 MB in memory.
inline constexpr std::size_t kMostEntries = 2'000'000;

/// `{"users":[{"wallet":"0x…"},…]}` from a remote server (WIRE 4.2): read as a stream, so that only
/// the addresses take memory; whatever else it holds is ignored. An entry without an address is
/// skipped, so that one slip does not let all the others in. Errors: malformed_json (not JSON, or
/// no `users` array: unlike the known service, which then bans nobody), message_too_big
/// (more than `most` entries).
Result<List> parse_json_list(std::string_view text, std::size_t most = kMostEntries);

/// An operator's own file: the JSON above when it begins with `{`, else one address a line, each
/// with a `# comment` behind it if need be. Nothing is skipped: the first entry that is no address
/// is an error. Errors: as above and bad_address; the detail begins with "line N".
Result<List> parse_file_list(std::string_view text, std::size_t most = kMostEntries);

/// `{"data":{"isBanned":true}}` bans, any other JSON does not (WIRE 4.2). Error: malformed_json.
Result<bool> parse_verdict(std::string_view text);

}  // namespace archipelago::bans
