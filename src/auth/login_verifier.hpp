// Logins checked without holding up a loop: cheap checks at once, curve work and contract wallets
// on pools of their own.
#pragma once

#include <functional>

#include "auth/login.hpp"
#include "base/loop.hpp"
#include "base/worker_pool.hpp"

namespace archipelago::auth {

class LoginVerifier {
 public:
  using Reply = std::function<void(Result<Address>)>;

  virtual ~LoginVerifier() = default;

  /// Whether `who` may not come in, whatever it proves: asked before a challenge is given, and once
  /// more when its place is taken. Any thread; answers from memory.
  [[nodiscard]] virtual bool bars(Address const& /*who*/) const { return false; }

  /// Checks `attempt` at reply_on.wall_now() and posts `reply` to `reply_on`, once, never inside
  /// the call. On the loop's thread. A verifier or loop that ends drops what is under way, perhaps
  /// on another thread: a reply must own nothing that minds.
  /// Errors: as check_form() and verify(); overloaded when too many attempts wait.
  virtual void verify(LoginAttempt attempt, Loop& reply_on, Reply reply) = 0;
};

/// Chains of contract wallets wait for a remote endpoint, so they queue apart and never hold up the
/// others. Thread-safety: verify() from any number of loops.
class PooledLoginVerifier final : public LoginVerifier {
 public:
  /// `wallets` may be null: its chains are then refused as wallet_unverifiable without queueing.
  /// All arguments must outlive this; loops must outlive both pools, whose threads post to them.
  PooledLoginVerifier(WorkerPool& curve, WorkerPool& wallet_pool, ContractWallets* wallets)
      : curve_(curve), wallet_pool_(wallet_pool), wallets_(wallets) {}

  void verify(LoginAttempt attempt, Loop& reply_on, Reply reply) override;

 private:
  WorkerPool& curve_;
  WorkerPool& wallet_pool_;
  ContractWallets* wallets_;
};

}  // namespace archipelago::auth
