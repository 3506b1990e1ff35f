// Who may come in: everything that proofs of who somebody is need, and what stands before them.
#pragma once

#include <optional>
#include <stop_token>

#include "auth/eth_wallets.hpp"
#include "auth/login_verifier.hpp"
#include "base/worker_pool.hpp"
#include "realm/bans.hpp"
#include "realm/config.hpp"
#include "realm/eth_endpoint.hpp"

namespace archipelago::realm {

class Logins {
 public:
  /// As Bans::Parts, without the proofs. `config` and what the parts refer to outlive this.
  struct Parts {
    Loop& loop;
    Metrics& metrics;
    std::function<std::vector<Address>()> sessions;
    std::function<std::vector<Address>()> seats;
    std::function<std::size_t(Bans::Predicate const&)> evict;
  };

  Logins(Config const& config, Parts parts);

  /// Whom gateway and rooms ask.
  [[nodiscard]] auth::LoginVerifier& verifier() { return bans_.verifier(); }

  /// As Bans::start(), reload() and end().
  Result<> start() { return bans_.start(); }
  void reload() { bans_.reload(); }
  void stop_asking() { asking_.request_stop(); }  ///< nobody waits for wallets any more
  void end() { bans_.end(); }

 private:
  std::stop_source asking_;
  std::optional<EthEndpoint> eth_;
  std::optional<auth::EthWallets> wallets_;
  WorkerPool curve_;
  WorkerPool wallet_pool_;
  auth::PooledLoginVerifier proofs_;
  Bans bans_;
};

}  // namespace archipelago::realm
