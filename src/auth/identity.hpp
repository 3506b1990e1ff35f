// The player's side: keys, delegations, and chains that answer a challenge (AUTHCHAIN 7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/chain.hpp"
#include "auth/signature.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

/// A private key and its address. Copyable; the bytes are wiped when it goes. Any thread once made.
class Key {
 public:
  static Key generate(Random& random);
  /// Nothing when the number is 0 or not below the order of the curve.
  static std::optional<Key> from_bytes(PrivateKey const& bytes);
  /// 64 digits, with or without 0x.
  static std::optional<Key> from_hex(std::string_view text);

  Key(Key const&) = default;
  Key& operator=(Key const&) = default;
  ~Key();

  [[nodiscard]] Address const& address() const { return address_; }
  [[nodiscard]] PrivateKey const& bytes() const { return bytes_; }
  /// personal_sign: 132 characters.
  [[nodiscard]] std::string sign(std::string_view text) const;

 private:
  Key(PrivateKey const& bytes, Address const& address) : bytes_(bytes), address_(address) {}
  PrivateKey bytes_;
  Address address_;
};

/// What a client keeps between logins: the owner's word that a short-lived key speaks for it.
struct Identity {
  Address owner;
  Key ephemeral;
  AuthLink delegation;
  WallTime expires;
};

/// Delegates from `wallet` to a new key.
Identity make_identity(Key const& wallet, Random& random, WallTime expires);

/// For a signature made elsewhere, by a wallet extension or a contract: one of 132 characters is a
/// key's, any other a contract's. `text` must be delegation_text() of `ephemeral`.
Identity make_identity(Address const& owner, Key const& ephemeral, WallTime expires,
                       std::string text, std::string signature);

/// `^dcl-[^:]*$`: a server that sends anything else may be after the signature of a signed fetch.
bool is_challenge(std::string_view text) noexcept;

/// SIGNER, delegation, `challenge` signed by the short-lived key.
/// Error: challenge_mismatch when it is not is_challenge().
Result<AuthChain> sign_challenge(Identity const& identity, std::string_view challenge);
/// The two-link form: the owner signs by itself. Same error.
Result<AuthChain> sign_challenge(Key const& owner, std::string_view challenge);

/// As above for any text, e.g. of a signed fetch.
AuthChain sign_payload(Identity const& identity, std::string_view payload);
AuthChain sign_payload(Key const& owner, std::string_view payload);

}  // namespace archipelago::auth
