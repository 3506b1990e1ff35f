// GET /peers, /islands, /parcels and their kin, each also below /comms: who is where, in the known
// shapes (WIRE 10).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "islands/explainer.hpp"
#include "islands/snapshot.hpp"
#include "net/http.hpp"
#include "realm/config.hpp"
#include "rooms/rooms.hpp"

namespace archipelago::realm {

using SnapshotPointer = std::shared_ptr<islands::Snapshot const>;
/// The newest snapshot, never null. Any thread.
using SnapshotSource = std::function<SnapshotPointer()>;

// Bodies. Cost: O(players).

/// `ids`: only these, compared exactly; none: everybody.
std::string peers_json(islands::Snapshot const& snapshot, std::vector<std::string> const& ids);
std::string islands_json(islands::Snapshot const& snapshot);
std::string parcels_json(islands::Snapshot const& snapshot);
// 404 with the documented body when there is no such.
net::HttpResponse peer_response(islands::Snapshot const& snapshot, std::string_view id);
net::HttpResponse island_response(islands::Snapshot const& snapshot, std::string_view id);

/// What a snapshot does not tell (Snapshot::privacy) is left out: `parcel`, `position`, `center`,
/// `radius`, all parcels, and whoever is `nearest`. Answers to everybody are made once per
/// snapshot, however often they are asked for.
/// `/islands/{id}?explain=1` tells also why its members are there, `?explain=<address>` why that
/// player is where it is, as it is now; 400 for other questions, 503 while another one is being
/// answered (counted as overloaded), and where this process does not make the islands. What
/// `snapshots` refers to, `explainer` and `metrics` must outlive the router.
void register_statistics(net::Router& router, SnapshotSource const& snapshots,
                         islands::Explainer& explainer, Metrics& metrics);

/// GET /rooms/status: who is in which room. All must outlive the router.
void register_rooms_status(net::Router& router, rooms::Rooms const& rooms, Loop const& clock,
                           Config::Realm const& realm);

}  // namespace archipelago::realm
