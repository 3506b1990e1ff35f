// Explanations of the island engine as JSON: the array `explain` of GET /islands/{id}?explain=1.
#pragma once

#include <boost/json/object.hpp>

#include "archipelago/engine.hpp"
#include "islands/explainer.hpp"
#include "islands/privacy.hpp"

namespace archipelago::realm {

/// `explain`: one object a player with `player`, `island` (null: none yet), `seats`, `guest`,
/// `crowded`, `wish` (null: none), `nearest` and `text` for people; and `complete`.
boost::json::object explanations(islands::Explained const& explained, islands::Privacy privacy);

/// What became of wishes for an island since the realm began.
boost::json::object wishes(engine::WishCounters const& counters);

}  // namespace archipelago::realm
