// What the sessions of one shard share in a realm of many processes.
#pragma once

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "gateway/cluster.hpp"
#include "gateway/core_watch.hpp"
#include "gateway/heartbeat_sender.hpp"

namespace archipelago::gateway {

/// Belongs to the shard's loop, though it may be made and destroyed while that does not run.
struct ClusterShard {
  ClusterShard(Cluster const& cluster, Loop& loop, bus::Mailbox& mailbox, bus::Bus& bus,
               NewestEpoch& newest, Metrics& metrics)
      : core(loop, mailbox, bus, newest, metrics), beats(cluster, loop, bus, core, metrics) {}

  CoreWatch core;
  HeartbeatSender beats;
};

}  // namespace archipelago::gateway
