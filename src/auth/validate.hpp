// Validating an authentication chain as the official library does it (AUTHCHAIN 2 to 5, npm
// @dcl/crypto 3.7.0).
#pragma once

#include <string_view>

#include "auth/chain.hpp"
#include "auth/contract_wallets.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

/// Whether the chain ends in `final_payload`, each link signed by the authority before it, no
/// delegation expired at `now`. `wallets` may be null: contract wallets are then refused ("Missing
/// provider"). This is what the library lets pass, which is less than a login needs (one link may
/// do): servers call login.hpp. Errors, each with the library's text as detail:
/// malformed_auth_chain (shape, delegation text), delegation_expired, bad_signature,
/// wallet_unverifiable, challenge_mismatch (another final payload). Blocks when a link needs a
/// contract wallet; about 50 us for each other signature. Any thread.
Result<> validate(AuthChain const& chain, std::string_view final_payload, WallTime now,
                  ContractWallets* wallets);

}  // namespace archipelago::auth
