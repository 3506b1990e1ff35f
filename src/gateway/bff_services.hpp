// CommsService, TopicsService and CommsDirectorService, which a port offers once its player has
// logged in (WIRE 1.3).
#pragma once

#include <functional>

#include "gateway/bff_player.hpp"
#include "rpc/server.hpp"

namespace archipelago::gateway {

/// The player whose procedures these are; null when nobody is logged in on the connection any more.
using PlayerSource = std::function<BffPlayer*()>;

[[nodiscard]] rpc::Module comms_service(Shard const& shard, PlayerSource player);
[[nodiscard]] rpc::Module topics_service(Shard const& shard, PlayerSource player);
[[nodiscard]] rpc::Module comms_director_service(Shard const& shard, PlayerSource player);

/// Null after it has failed `call`: nobody is logged in, was replaced, or asks too often.
[[nodiscard]] BffPlayer* admitted_player(PlayerSource const& player, rpc::Call& call);

}  // namespace archipelago::gateway
