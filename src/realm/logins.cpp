// From the sections [auth] and [bans] to one verifier.
#include "realm/logins.hpp"

#include <utility>

namespace archipelago::realm {
namespace {

constexpr std::size_t kWalletThreads = 4;  // they wait for answers, they do not compute
constexpr std::size_t kWalletQueue = 256;

}  // namespace

Logins::Logins(Config const& config, Parts parts)
    : curve_(static_cast<std::size_t>(config.auth.threads),
             static_cast<std::size_t>(config.auth.queue)),
      wallet_pool_(kWalletThreads, kWalletQueue),
      proofs_(curve_, wallet_pool_,
              config.auth.eth_rpc.empty()
                  ? nullptr
                  : &wallets_.emplace(eth_.emplace(config.auth.eth_rpc, asking_.get_token()))),
      bans_(config.bans, {.loop = parts.loop,
                          .proofs = proofs_,
                          .metrics = parts.metrics,
                          .sessions = std::move(parts.sessions),
                          .seats = std::move(parts.seats),
                          .evict = std::move(parts.evict)}) {}

}  // namespace archipelago::realm
