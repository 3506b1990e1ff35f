#include "gateway/gateway.hpp"

#include <memory>

#include "gateway/bff_connection.hpp"
#include "gateway/direct.hpp"

namespace archipelago::gateway {
namespace {

/// Counts from 1 over the whole process (WIRE 2.2 rule 2) and leaves out 0 when it comes round.
std::uint32_t next_port_id(std::atomic<std::uint32_t>& last) {
  for (;;)
    if (auto const id = last.fetch_add(1, std::memory_order_relaxed) + 1; id != 0) return id;
}

}  // namespace

Gateway::Gateway(Options const& options, bus::Bus& bus, std::span<bus::Mailbox* const> mailboxes,
                 auth::LoginVerifier& verifier, Random& random, Metrics& metrics)
    : options_(options),
      metrics_(metrics),
      directory_(bus, metrics, options.max_users, options.logins,
                 [&verifier](Address const& who) { return verifier.bars(who); }) {
  shards_.reserve(mailboxes.size());
  for (auto* const mailbox : mailboxes)
    shards_.push_back({options_, directory_, bus, *mailbox, verifier, random, metrics});
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
  return options_.max_users == 0 || directory_.size() < options_.max_users;
}

}  // namespace archipelago::gateway
