// What every connection of one shard works with.
#pragma once

#include "auth/login_verifier.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "bus/bus.hpp"
#include "gateway/cluster_shard.hpp"
#include "gateway/directory.hpp"
#include "gateway/options.hpp"

namespace archipelago::gateway {

/// References only; all of them outlive the shard's connections. `mailbox` belongs to the shard's
/// loop, the others may be used by all shards.
struct Shard {
  Options const& options;
  Directory& directory;
  bus::Bus& bus;
  bus::Mailbox& mailbox;
  auth::LoginVerifier& verifier;
  Random& random;
  Metrics& metrics;
  ClusterShard* cluster = nullptr;  ///< null: the realm is one process
};

}  // namespace archipelago::gateway
