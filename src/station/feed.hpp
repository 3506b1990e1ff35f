// WS /station/feed: who is where and how the realm does, live, for everybody who looks
// (proto/archipelago/station.proto, docs/STATION.md).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "islands/snapshot.hpp"
#include "net/http.hpp"
#include "station/encoder.hpp"
#include "station/pulse.hpp"
#include "station/viewers.hpp"

namespace archipelago::station {

struct FeedOptions {
  limits::AdmissionLimits viewers{.total = 200, .per_address = 50};
  net::AddressBlocks unlimited{};  ///< whom no limit per address concerns
  Millis look{100};                ///< how often it is asked for a new snapshot; > 0
};

struct FeedParts {
  /// Updates are made here: a thread of its own, away from those that carry packets.
  Loop& loop;
  std::vector<Loop*> shards;  ///< in the order of the server's shard indexes
  /// The newest one, never null. As viewers may see it: positions are told as they are in it.
  std::function<std::shared_ptr<islands::Snapshot const>()> snapshots;
  std::function<islands::QualityPointer()> quality;  ///< the newest, never null
  std::function<Millis()> lag;  ///< how late the latest thread is; called on `loop`
  Realm realm;
  Metrics& metrics;
};

/// Updates are encoded once for all viewers, and only while there are any: a delta for each
/// snapshot that was met, and a whole update where a viewer is new or has missed a delta, at most
/// one for each snapshot.
///
/// Must outlive every connection to it and the loops' last task; what is passed in must outlive it.
class Feed {
 public:
  Feed(FeedParts parts, FeedOptions options);
  Feed(Feed const&) = delete;
  Feed& operator=(Feed const&) = delete;

  void register_endpoint(net::Router& router);

 private:
  using SnapshotPointer = std::shared_ptr<islands::Snapshot const>;

  // On the feed's loop.
  void give_whole(std::size_t shard);
  void look();
  void advance(SnapshotPointer snapshot);
  void rest();
  [[nodiscard]] SharedBytes finish(Update update);

  Loop& loop_;
  std::vector<Loop*> const shard_loops_;
  std::function<SnapshotPointer()> const snapshots_;
  std::function<islands::QualityPointer()> const quality_;
  Realm const realm_;
  Millis const pause_;
  GuestBook book_;
  std::vector<std::unique_ptr<ShardViewers>> shards_;

  // The feed's loop's own.
  Encoder encoder_;
  PulseMeter meter_;
  Pulse pulse_;
  SnapshotPointer known_;  ///< what the encoder knows; null: nobody watches
  SharedBytes whole_;      ///< of it; null: not made yet
  Timer timer_;
};

}  // namespace archipelago::station
