// Login verifiers for tests: one that says what it is told, one that really checks but needs no
// threads.
#pragma once

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "auth/login_verifier.hpp"

namespace archipelago::auth {

/// Accepts everybody as the address claimed until `answer` is set. While `holding`, replies wait
/// for release().
class FakeLoginVerifier final : public LoginVerifier {
 public:
  std::function<Result<Address>(LoginAttempt const&)> answer = [](LoginAttempt const& a) {
    return Result<Address>(a.claimed);
  };
  bool holding = false;
  std::set<Address> barred;
  std::vector<LoginAttempt> attempts;

  [[nodiscard]] bool bars(Address const& who) const override { return barred.contains(who); }

  void verify(LoginAttempt attempt, Loop& reply_on, Reply reply) override {
    attempts.push_back(attempt);
    Task say = [&reply_on, reply = std::move(reply), result = answer(attempt)] {
      reply_on.post([reply, result] { reply(result); });
    };
    if (holding)
      held_.push_back(std::move(say));
    else
      say();
  }

  /// Posts the replies held so far.
  void release() {
    for (Task const& say : std::exchange(held_, {})) say();
  }

 private:
  std::vector<Task> held_;
};

/// The real checks, done inside verify(); the reply is posted all the same.
class InlineLoginVerifier final : public LoginVerifier {
 public:
  explicit InlineLoginVerifier(ContractWallets* wallets = nullptr) : wallets_(wallets) {}

  void verify(LoginAttempt attempt, Loop& reply_on, Reply reply) override {
    WallTime const now = reply_on.wall_now();
    auto result = check_form(attempt, now).and_then([&](AuthChain const& chain) {
      return auth::verify(chain, attempt.challenge, now, wallets_);
    });
    reply_on.post([reply = std::move(reply), result = std::move(result)] { reply(result); });
  }

 private:
  ContractWallets* wallets_;
};

}  // namespace archipelago::auth
