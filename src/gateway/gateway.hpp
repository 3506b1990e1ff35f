// The front door: the endpoints of both protocols, one session model beneath.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gateway/directory.hpp"
#include "gateway/options.hpp"
#include "gateway/shard.hpp"
#include "net/http.hpp"

namespace archipelago::gateway {

class Gateway {
 public:
  /// `mailboxes`: one per shard, in the order of the shards, each on its shard's loop. All
  /// arguments must outlive the gateway, and the gateway all connections. `verifier`, `random` and
  /// `metrics` are used from all shards.
  Gateway(Options const& options, bus::Bus& bus, std::span<bus::Mailbox* const> mailboxes,
          auth::LoginVerifier& verifier, Random& random, Metrics& metrics);
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
  /// Whether one more player would be let in. Any thread.
  [[nodiscard]] bool accepting() const;

 private:
  Options const options_;
  Metrics& metrics_;
  Directory directory_;
  std::vector<Shard> shards_;
  std::atomic<std::uint32_t> port_ids_{0};
};

}  // namespace archipelago::gateway
