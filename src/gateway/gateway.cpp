#include "gateway/gateway.hpp"

#include <memory>

#include "bus/subjects.hpp"
#include "gateway/bff_connection.hpp"
#include "gateway/direct.hpp"

namespace archipelago::gateway {
namespace {

/// Counts from 1 over the whole process (WIRE 2.2 rule 2) and leaves out 0 when it comes round.
std::uint32_t next_port_id(std::atomic<std::uint32_t>& last) {
  for (;;)
    if (auto const id = last.fetch_add(1, std::memory_order_relaxed) + 1; id != 0) return id;
}

std::unique_ptr<RealmView> view(Cluster const& cluster, bus::Bus const& bus,
                                std::span<bus::Mailbox* const> mailboxes,
                                std::span<Loop* const> loops, Metrics& metrics) {
  if (cluster.alone()) return nullptr;
  return std::make_unique<RealmView>(cluster.id, *loops.front(), *mailboxes.front(), bus, metrics);
}

}  // namespace

Gateway::Gateway(Options const& options, bus::Bus& bus, std::span<bus::Mailbox* const> mailboxes,
                 auth::LoginVerifier& verifier, Random& random, Metrics& metrics,
                 std::span<Loop* const> loops)
    : options_(options),
      metrics_(metrics),
      realm_(view(options_.cluster, bus, mailboxes, loops, metrics)),
      directory_(bus, metrics, options.max_users, options.logins,
                 [&verifier](Address const& who) { return verifier.bars(who); },
                 {.id = options.cluster.id,
                  .sessions = [this] { return realm_ ? realm_->elsewhere() : 0; }}) {
  shards_.reserve(mailboxes.size());
  for (auto* const mailbox : mailboxes)
    shards_.push_back({options_, directory_, bus, *mailbox, verifier, random, metrics});
  if (!options_.cluster.alone()) join_realm(bus, mailboxes, loops);
}

/// What is for all shards is heard on the first one.
void Gateway::join_realm(bus::Bus& bus, std::span<bus::Mailbox* const> mailboxes,
                         std::span<Loop* const> loops) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    cluster_shards_.push_back(std::make_unique<ClusterShard>(
        options_.cluster, *loops[i], *mailboxes[i], bus, newest_epoch_, metrics_));
    shards_[i].cluster = cluster_shards_.back().get();
  }
  auto& loop = *loops.front();
  logins_ = mailboxes.front()->subscribe(
      bus::subjects::kAnyClusterLogin,
      [this, &loop](bus::Message const& message) {
        if (auto const login = read_login(message))
          directory_.hear(*login, loop.wall_now());
        else
          metrics_.reject(login.error().code);
      },
      bus::Weight::vital);
  status_ = std::make_unique<StatusSender>(options_.cluster.id, loop, bus, directory_);
}

void Gateway::register_endpoints(net::Router& router) {
  net::WebsocketEndpoint direct;
  direct.max_message_bytes = options_.direct_message_bytes;
  direct.open = [this](net::HttpRequest const&, net::Connection& connection, std::size_t shard) {
    return std::make_shared<Direct>(shards_.at(shard), connection);
  };
  router.websocket("/ws", direct);
  router.websocket("/archipelago/ws", direct);

  net::WebsocketEndpoint bff;
  bff.max_message_bytes = options_.bff_message_bytes;
  bff.open = [this](net::HttpRequest const&, net::Connection& connection, std::size_t shard) {
    return std::make_shared<BffConnection>(shards_.at(shard), connection,
                                           [this] { return next_port_id(port_ids_); });
  };
  router.websocket("/rpc", bff);
  router.websocket("/bff/rpc", bff);
}

std::size_t Gateway::evict(Directory::Predicate const& banned) {
  auto const evicted = directory_.evict(banned);
  metrics_.add(Metric::ban_evictions, static_cast<std::int64_t>(evicted));
  return evicted;
}

bool Gateway::accepting() const {
  return !draining_ && (options_.max_users == 0 || realm_sessions() < options_.max_users);
}

std::size_t Gateway::realm_sessions() const {
  return directory_.size() + (realm_ ? realm_->elsewhere() : 0);
}

void Gateway::drain() {
  draining_ = true;
  if (status_) status_->drain();
}

}  // namespace archipelago::gateway
