// Who a player is: an owner's address, a short-lived key, and the owner's word that the key speaks
// for it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::client {

inline constexpr Millis kDelegationLifetime{std::chrono::hours(24)};

/// A value: copies are cheap and independent. Any thread, one at a time per copy. Private keys are
/// wiped when the last copy goes, and never part of an error or a log.
class Identity {
 public:
  /// A fresh owner's key that exists only here (and where it is saved): nobody has to register.
  static Identity guest(Random& random, WallTime now, Millis lifetime = kDelegationLifetime);

  /// From an owner's private key, 64 hexadecimal digits with or without 0x. Error: bad_request.
  static Result<Identity> from_owner_key(std::string_view hex, Random& random, WallTime now,
                                         Millis lifetime = kDelegationLifetime);

  /// From a delegation that a wallet signed elsewhere. `ephemeral_key`: as above; `text`: three
  /// lines (AUTHCHAIN 4) naming its address; `signature`: the wallet's, over the text. A contract's
  /// signature (not 132 characters) is taken as it is. Such an identity cannot be renewed. Errors:
  /// bad_request, malformed_auth_chain, bad_signature.
  static Result<Identity> from_delegation(std::string_view owner, std::string_view ephemeral_key,
                                          std::string text, std::string signature);

  /// Reads what save() wrote. The file must be regular, its owner's alone (no permission for group
  /// or others), at most 64 KiB, and its parts must fit each other: keys, addresses, signature. An
  /// expired one is read as well: renew it. Errors: bad_request, with one line for people that
  /// names the file; malformed_auth_chain, bad_signature.
  static Result<Identity> load(std::filesystem::path const& file);

  /// Writes JSON, mode 0600, under a temporary name first, so that no half file is ever seen:
  ///
  ///     {"version": 1, "owner": "0x…", "ownerKey": "0x…", "ephemeralKey": "0x…",
  ///      "delegation": {"type": "ECDSA_EPHEMERAL", "payload": "…", "signature": "0x…"}}
  ///
  /// `ownerKey` is left out when it is not known here. Error: bad_request, naming the file.
  [[nodiscard]] Result<> save(std::filesystem::path const& file) const;

  /// Lower case.
  [[nodiscard]] std::string const& address() const;
  /// The delegation holds before this moment.
  [[nodiscard]] WallTime expires() const;
  /// Whether the owner's key is here.
  [[nodiscard]] bool renewable() const;

  /// A new key and delegation. Error: delegation_expired when it is not renewable.
  [[nodiscard]] Result<> renew(Random& random, WallTime now, Millis lifetime = kDelegationLifetime);
  /// Renews if less than a tenth of `lifetime` is left; true when it did. Error:
  /// delegation_expired, only when it has expired and cannot be renewed.
  [[nodiscard]] Result<bool> renew_if_due(Random& random, WallTime now,
                                          Millis lifetime = kDelegationLifetime);

  /// The chain, as JSON, that answers a server's challenge. Error: challenge_mismatch for a text
  /// that is no challenge (`dcl-…` without colon): a server may be after another signature.
  [[nodiscard]] Result<std::string> sign_challenge(std::string_view challenge) const;

  struct State;  ///< the library's own
  explicit Identity(std::shared_ptr<State const> state) : state_(std::move(state)) {}
  [[nodiscard]] State const& state() const { return *state_; }

 private:
  std::shared_ptr<State const> state_;
};

}  // namespace archipelago::client
