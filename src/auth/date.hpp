// Dates as JavaScript's Date.parse reads them, as far as authentication chains need it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace archipelago::auth {

/// AUTHCHAIN 4: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` (UTC) and `YYYY-MM-DDTHH:MM[:SS[.fraction]]` with
/// `Z` or `±HH:MM`; years also as `±YYYYYY`; a space may stand for the T; `24:00` is the next day;
/// a day past the end of its month (at most 31) runs on into the next one; a fraction of any length
/// is cut to milliseconds. A time without zone is taken as UTC, where JavaScript takes the zone of
/// the machine: servers run in UTC. Nothing else is a date: no surrounding spaces, no RFC 1123.
std::optional<WallTime> parse_date(std::string_view text) noexcept;

/// `2033-05-18T03:33:20.000Z`, as toISOString(). Years outside 0-9999 get a sign and six digits.
std::string format_date(WallTime time);

}  // namespace archipelago::auth
