// The front door: the endpoints of both protocols, one session model beneath.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gateway/cluster_shard.hpp"
#include "gateway/directory.hpp"
#include "gateway/options.hpp"
#include "gateway/realm_view.hpp"
#include "gateway/shard.hpp"
#include "gateway/status_sender.hpp"
#include "net/http.hpp"

namespace archipelago::gateway {

class Gateway {
 public:
  /// `mailboxes`: one per shard, in the order of the shards, each on its shard's loop. All
  /// arguments must outlive the gateway, and the gateway all connections. `verifier`, `random` and
  /// `metrics` are used from all shards. `loops`: the shards', in the same order; needed where
  /// Options::cluster has an id, and not running yet then.
  Gateway(Options const& options, bus::Bus& bus, std::span<bus::Mailbox* const> mailboxes,
          auth::LoginVerifier& verifier, Random& random, Metrics& metrics,
          std::span<Loop* const> loops = {});
  Gateway(Gateway const&) = delete;
  Gateway& operator=(Gateway const&) = delete;

  /// /ws and /archipelago/ws (direct), /rpc and /bff/rpc (BFF).
  void register_endpoints(net::Router& router);

  /// Ends the sessions of all whom `banned` names: each is told, then closed as `banned`. Counted
  /// (`ban_evictions`). Any thread; see Directory::evict().
  std::size_t evict(Directory::Predicate const& banned);
  /// Everybody logged in, in no order. Any thread.
  [[nodiscard]] std::vector<Address> players() const { return directory_.players(); }

  /// Players logged in, whatever they speak. Any thread.
  [[nodiscard]] std::size_t sessions() const { return directory_.size(); }
  /// The same over all gateways of the realm, the others' as they told last. Any thread.
  [[nodiscard]] std::size_t realm_sessions() const;
  /// What the realm's other processes tell; null where it is this one. For counts on any thread.
  [[nodiscard]] RealmView const* realm() const { return realm_.get(); }
  /// Whether one more player would be let in: the realm has room, and nobody called drain(). Any
  /// thread.
  [[nodiscard]] bool accepting() const;

  /// Tells the realm at once that nobody is let in here any more. Whoever calls sees to it that
  /// nobody is, and to the end of the sessions. Any thread.
  void drain();

 private:
  void join_realm(bus::Bus& bus, std::span<bus::Mailbox* const> mailboxes,
                  std::span<Loop* const> loops);

  Options const options_;
  Metrics& metrics_;
  std::atomic<bool> draining_{false};
  std::unique_ptr<RealmView> realm_;  // null where the realm is this process, as status_ is
  Directory directory_;
  std::unique_ptr<StatusSender> status_;
  bus::Subscription logins_;
  NewestEpoch newest_epoch_;
  std::vector<std::unique_ptr<ClusterShard>> cluster_shards_;  // as many as shards_, or none
  std::vector<Shard> shards_;
  std::atomic<std::uint32_t> port_ids_{0};
};

}  // namespace archipelago::gateway
