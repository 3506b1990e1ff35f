// Contract wallets asked over an Ethereum JSON-RPC endpoint (EIP-1654, EIP-1271; AUTHCHAIN 5).
#pragma once

#include <cstddef>
#include <string_view>

#include "auth/approval_cache.hpp"
#include "auth/contract_wallets.hpp"
#include "auth/eth_rpc.hpp"

namespace archipelago::auth {

struct EthWalletLimits {
  std::size_t max_calls = 48;        ///< per question: 4 eth_call and the search for a block
  std::size_t cache_entries = 1024;  ///< remembered approvals; 0 = none
  Millis cache_time{5 * 60 * 1000};  ///< how long an approval is believed without asking again
};

/// Asks isValidSignature at the latest block, then at the last block before `now`, each with the
/// plain and with the personal_sign hash, and stops at the first approval. Approvals are
/// remembered: a delegation is presented again at each login of its lifetime. Refusals are not: a
/// wallet that was just deployed or told to approve must get in at the next attempt, and who wants
/// to waste calls varies the signature anyway. An endpoint that does not answer ends the question
/// at once as wallet_unverifiable; reverts count as "no".
class EthWallets final : public ContractWallets {
 public:
  /// `rpc` must outlive this.
  explicit EthWallets(EthRpc& rpc, EthWalletLimits limits = {});

  Result<> approves(Address const& contract, std::string_view text, std::string_view signature,
                    WallTime now) override;

 private:
  EthRpc& rpc_;
  EthWalletLimits limits_;
  ApprovalCache cache_;
};

}  // namespace archipelago::auth
