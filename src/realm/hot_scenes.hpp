// GET /hot-scenes: where in the world players are, named by the content server (WIRE 10). Here the
// pure part: which question is asked, and what is made of the answer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "islands/snapshot.hpp"

namespace archipelago::realm {

using Parcel = std::pair<std::int64_t, std::int64_t>;

/// Players on each occupied parcel of 16 x 16 m; nothing where positions are not told.
std::map<Parcel, std::int64_t> occupied_parcels(islands::Snapshot const& snapshot);

/// The body of POST <content>/entities/active for the busiest 1 000 parcels.
std::string scenes_question(std::map<Parcel, std::int64_t> const& parcels);

/// The answer to GET /hot-scenes: at most 100 scenes, most users first. `entities` is the content
/// server's answer and as little trusted as anything from outside: entities that are no scenes of
/// the documented form are left out. Error: upstream_failed when it is no JSON array. `content_url`
/// begins the URLs of thumbnails.
Result<std::string> hot_scenes_json(std::string_view entities,
                                    std::map<Parcel, std::int64_t> const& parcels,
                                    std::string const& content_url);

}  // namespace archipelago::realm
