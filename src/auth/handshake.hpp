// One connection's proof of identity, the same for every protocol: claim an address, sign a
// challenge, be somebody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/login_verifier.hpp"
#include "base/random.hpp"

namespace archipelago::auth {

/// `dcl-` and 29 characters of [0-9a-z], about 150 random bits: the form that clients agree to sign
/// (AUTHCHAIN 7).
std::string new_challenge(Random& random);

struct HandshakeLimits {
  Millis challenge_lifetime{
      60'000};  ///< from the first claim() to a proof; the connection's own deadline may be shorter
  std::size_t max_proofs =
      4;  ///< prove() calls in all, so that a connection cannot keep the curve pool busy
};

/// A challenge is spent by the first proof that is JSON. Two things may follow a proof all the same
/// (WIRE 3.1): another try after text that is no JSON at all, and the same owner proving again what
/// it proved already, which is answered alike. Lives on one loop; destroying it forgets a callback
/// under way.
class Handshake {
 public:
  using Done = std::function<void(Result<Address>)>;

  /// `verifier` and `loop` must outlive this. The second form takes a challenge made elsewhere
  /// (vectors, replays).
  Handshake(LoginVerifier& verifier, Loop& loop, Random& random, HandshakeLimits limits = {});
  Handshake(LoginVerifier& verifier, Loop& loop, std::string challenge,
            HandshakeLimits limits = {});
  Handshake(Handshake const&) = delete;
  Handshake& operator=(Handshake const&) = delete;
  ~Handshake();

  /// Notes the address that will be proved and returns the challenge, the same on every call.
  /// Another address replaces the first only while no proof was tried.
  /// Errors: bad_address, banned, unexpected_message (another address too late), challenge_mismatch
  /// (spent), handshake_timeout (expired).
  Result<std::string> claim(std::string_view address);

  /// Checks the chain; `done` gets the owner, or the reason. Always posted, never inside the call.
  /// Errors: as LoginVerifier::verify(); unexpected_message (nothing was claimed, or a proof is
  /// under way); challenge_mismatch (spent), handshake_timeout (challenge expired), rate_limited
  /// (max_proofs).
  void prove(std::string chain_json, Done done);

  /// After an error: true when prove() may be called again (the text was no JSON), false when the
  /// connection must be closed (DESIGN rule 2).
  [[nodiscard]] bool may_retry() const;

  /// Who proved to be on this connection, once somebody did; a later failure does not take it back.
  [[nodiscard]] std::optional<Address> const& owner() const { return owner_; }
  /// What the last successful claim() said.
  [[nodiscard]] std::optional<Address> const& claimed() const { return claimed_; }

 private:
  enum class State : std::uint8_t { open, proving, proved, spent };

  [[nodiscard]] Result<Address> may_prove() const;
  [[nodiscard]] bool expired() const;
  void refuse(Done done, Error error);
  void finish(Result<Address> const& result);

  LoginVerifier& verifier_;
  Loop& loop_;
  HandshakeLimits limits_;
  std::string challenge_;
  State state_ = State::open;
  std::size_t proofs_ = 0;
  std::optional<Instant> issued_;
  std::optional<Address> claimed_;
  std::optional<Address> owner_;
  Done done_;                         // of the proof under way
  std::shared_ptr<Handshake*> self_;  // callbacks hold it weakly
};

}  // namespace archipelago::auth
