// The states of one connection's challenge.
#include "auth/handshake.hpp"

#include <utility>

namespace archipelago::auth {
namespace {

constexpr std::size_t kChallengeCharacters = 29;  // 5.17 bits each

}  // namespace

std::string new_challenge(Random& random) {
  return "dcl-" + random_text(random, kChallengeCharacters);
}

Handshake::Handshake(LoginVerifier& verifier, Loop& loop, Random& random, HandshakeLimits limits)
    : Handshake(verifier, loop, new_challenge(random), limits) {}

Handshake::Handshake(LoginVerifier& verifier, Loop& loop, std::string challenge,
                     HandshakeLimits limits)
    : verifier_(verifier),
      loop_(loop),
      limits_(limits),
      challenge_(std::move(challenge)),
      self_(std::make_shared<Handshake*>(this)) {}

Handshake::~Handshake() = default;

bool Handshake::expired() const {
  return issued_ && loop_.now() - *issued_ >= limits_.challenge_lifetime;
}

Result<std::string> Handshake::claim(std::string_view address) {
  auto const wanted = Address::parse(address);
  if (!wanted) return fail(Errc::bad_address);
  if (verifier_.bars(*wanted)) return fail(Errc::banned, wanted->str());
  if (state_ == State::spent) return fail(Errc::challenge_mismatch, "the challenge was used");
  if (expired()) return fail(Errc::handshake_timeout, "the challenge has expired");
  if (proofs_ != 0 && claimed_ != wanted)
    return fail(Errc::unexpected_message, "another address is claimed after a proof");
  claimed_ = wanted;
  if (!issued_) issued_ = loop_.now();
  return challenge_;
}

Result<Address> Handshake::may_prove() const {
  if (state_ == State::spent) return fail(Errc::challenge_mismatch, "the challenge was used");
  if (state_ == State::proving) return fail(Errc::unexpected_message, "a proof is under way");
  if (!claimed_) return fail(Errc::unexpected_message, "no address was claimed");
  if (expired()) return fail(Errc::handshake_timeout, "the challenge has expired");
  if (proofs_ >= limits_.max_proofs)
    return fail(Errc::rate_limited, "too many proofs on one connection");
  return *claimed_;
}

void Handshake::prove(std::string chain_json, Done done) {
  auto const who = may_prove();
  if (!who) return refuse(std::move(done), who.error());
  ++proofs_;
  state_ = State::proving;
  done_ = std::move(done);
  LoginAttempt attempt{*who, challenge_, std::move(chain_json)};
  verifier_.verify(std::move(attempt), loop_,
                   [weak = std::weak_ptr(self_)](Result<Address> const& result) {
                     if (auto const self = weak.lock()) (*self)->finish(result);
                   });
}

void Handshake::refuse(Done done, Error error) {
  if (state_ != State::proving) state_ = State::spent;
  loop_.post([weak = std::weak_ptr(self_), done = std::move(done), error = std::move(error)] {
    if (weak.lock()) done(tl::unexpected(error));
  });
}

void Handshake::finish(Result<Address> const& result) {
  if (result) {
    owner_ = *result;
    state_ = State::proved;
  } else if (result.error().code == Errc::malformed_json) {
    state_ = owner_ ? State::proved : State::open;
  } else {
    state_ = State::spent;
  }
  std::exchange(done_, nullptr)(result);  // may destroy *this
}

bool Handshake::may_retry() const {
  return state_ == State::open || state_ == State::proved;
}

}  // namespace archipelago::auth
