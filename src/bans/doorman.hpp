// Who may log in: whoever proves its address and is not banned.
#pragma once

#include <cstdint>
#include <memory>

#include "auth/login_verifier.hpp"
#include "bans/ban_check.hpp"
#include "bans/deny_list.hpp"

namespace archipelago::bans {

/// When it cannot be known whether an address is banned.
enum class OnError : std::uint8_t {
  open,   ///< it is let in; the sweep asks again
  closed  ///< it is refused with `upstream_failed`, which is retryable
};

struct DoormanOptions {
  OnError on_error = OnError::open;
  bool needs_fetched_list = false;  ///< there is a list to fetch, and with `closed` it must be here
  Millis patience{1'000};           ///< with the ban check of an address that is not remembered
};

/// Stands before another verifier, for every protocol alike. A claimed address is compared with the
/// deny lists before anything is answered. At the proof the ban check is asked while the signatures
/// are being checked, but only about a chain whose form is right: garbage causes no request. The
/// login waits for it at most `patience`, and not at all when the answer is remembered or the
/// check is down.
class Doorman final : public auth::LoginVerifier {
 public:
  /// `check` may be null: only the lists count. All must outlive this.
  Doorman(auth::LoginVerifier& proofs, DenyList const& lists, BanCheck* check,
          DoormanOptions options, Metrics& metrics)
      : proofs_(proofs), lists_(lists), check_(check), options_(options), metrics_(metrics) {}

  [[nodiscard]] bool bars(Address const& who) const override { return lists_.contains(who); }

  /// Errors: banned, upstream_failed (OnError::closed), and those of the verifier behind.
  void verify(auth::LoginAttempt attempt, Loop& reply_on, Reply reply) override;

 private:
  struct Question;

  /// The reason to refuse at once, or whether the check has to be asked.
  [[nodiscard]] Result<bool> must_ask(auth::LoginAttempt const& attempt, Loop& loop) const;
  [[nodiscard]] Result<> unknown() const;
  void ask(auth::LoginAttempt attempt, Loop& loop, Reply reply);

  auth::LoginVerifier& proofs_;
  DenyList const& lists_;
  BanCheck* const check_;
  DoormanOptions const options_;
  Metrics& metrics_;
};

}  // namespace archipelago::bans
