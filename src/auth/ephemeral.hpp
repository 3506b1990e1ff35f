// The text with which an owner delegates to a short-lived key (AUTHCHAIN 4).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

struct Delegation {
  std::string message;   ///< what the signature is over: the payload without carriage returns
  std::string delegate;  ///< the rest of line 2, untrimmed; not checked to be an address
  WallTime expires;      ///< the delegation holds while now < expires
};

/// Errors: malformed_auth_chain, with the official library's text.
Result<Delegation> parse_delegation(std::string_view payload);

/// The same text for a new delegation; `purpose` is one line.
std::string delegation_text(std::string_view purpose, std::string_view delegate, WallTime expires);

/// AUTHCHAIN 2: equal counts as expired.
/// Errors: delegation_expired, with the official library's text.
Result<> check_expiry(Delegation const& delegation, WallTime now);

}  // namespace archipelago::auth
