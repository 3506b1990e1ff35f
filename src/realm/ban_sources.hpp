// Where bans come from: two servers and a file, as functions that block, servers until `stop`: for
// worker threads.
#pragma once

#include <stop_token>
#include <string>

#include "bans/ban_check.hpp"
#include "bans/list_keeper.hpp"
#include "base/time.hpp"

namespace archipelago::realm {

/// GET of a deny list in JSON: status 200, no redirects, at most 128 MiB within 10 s. Errors:
/// upstream_failed, message_too_big, and those of parse_json_list().
bans::ListKeeper::Read fetched_list(std::string const& url, std::stop_token stop);

/// A deny list in a file of at most 128 MiB; nothing while the file is as it was. A file that is
/// wrong or missing is an error once. Errors: bad_request (the detail says what the system says),
/// message_too_big, and those of parse_file_list().
bans::ListKeeper::Read file_list(std::string path);

/// GET <url>/users/<address>/bans within `timeout` (WIRE 4.2). Errors: upstream_failed,
/// message_too_big, malformed_json.
bans::BanCheck::Ask ask_ban_check(std::string url, Millis timeout, std::stop_token stop);

}  // namespace archipelago::realm
