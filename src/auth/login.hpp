// What a server checks when somebody logs in: stricter than the library (AUTHCHAIN 6, DESIGN rule
// 1).
#pragma once

#include <string>
#include <string_view>

#include "auth/chain.hpp"
#include "auth/contract_wallets.hpp"
#include "base/address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

struct LoginAttempt {
  Address claimed;         ///< said at the start of the handshake
  std::string challenge;   ///< issued on this connection; "" never passes
  std::string chain_json;  ///< as it came from the client
};

/// Everything that needs no elliptic curve, so that floods are cheap to refuse: JSON, schema,
/// limits, two links or more, one SIGNER first, owner == claimed, last payload == challenge,
/// delegations readable and unexpired, every authority that must sign an address, every signature
/// of the right form.
/// Errors: malformed_json, malformed_auth_chain, wrong_owner, challenge_mismatch,
/// delegation_expired, bad_signature.
/// Cost: O(bytes), a few microseconds.
Result<AuthChain> check_form(LoginAttempt const& attempt, WallTime now);

/// The rest, for a chain that passed check_form(): signatures. Returns the owner.
/// Blocks when a link needs a contract wallet.
/// Errors: as validate().
Result<Address> verify(AuthChain const& chain, std::string_view challenge, WallTime now,
                       ContractWallets* wallets);

}  // namespace archipelago::auth
