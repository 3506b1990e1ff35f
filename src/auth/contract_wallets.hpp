// Wallets that are contracts: whether one approves of a text is asked on Ethereum (AUTHCHAIN 5).
#pragma once

#include <string_view>

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

class ContractWallets {
 public:
  virtual ~ContractWallets() = default;

  /// Whether `contract` approved of `text` with `signature` (0x and hexadecimal digits, any length)
  /// at `now`.
  /// Errors: bad_signature (it did not), wallet_unverifiable (nobody could say), each with the
  /// official library's text. May block for seconds: never on a loop's thread. Any thread, several
  /// at once.
  virtual Result<> approves(Address const& contract, std::string_view text,
                            std::string_view signature, WallTime now) = 0;
};

}  // namespace archipelago::auth
