// An authentication chain: who owns a login, whom the owner delegated to, and what was signed in
// the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace archipelago::auth {

/// Types of AUTHCHAIN 1. `unknown` never comes from parse_chain(); it stands for what the official
/// library lets pass.
enum class LinkType : std::uint8_t {
  signer,                  ///< SIGNER: payload = the owner's address
  ephemeral,               ///< ECDSA_EPHEMERAL: a delegation signed by a key
  signed_entity,           ///< ECDSA_SIGNED_ENTITY: a text signed by a key
  contract_ephemeral,      ///< ECDSA_EIP_1654_EPHEMERAL: a delegation approved by a contract wallet
  contract_signed_entity,  ///< ECDSA_EIP_1654_SIGNED_ENTITY: a text approved by a contract wallet
  unknown
};

/// The name on the wire; "" for unknown.
std::string_view wire_name(LinkType type) noexcept;
/// Exact and case-sensitive; everything else is unknown.
LinkType link_type(std::string_view wire_name) noexcept;

struct AuthLink {
  LinkType type{};
  std::string payload;
  std::string signature;  ///< "" when it was empty, null or absent

  friend bool operator==(AuthLink const&, AuthLink const&) = default;
};

using AuthChain = std::vector<AuthLink>;

struct ChainLimits {
  std::size_t max_bytes = std::size_t{64} * 1024;  ///< of JSON text
  std::size_t max_links = 10;                      ///< clients send 2 or 3
  std::size_t max_depth = 8;                       ///< of nested JSON, in keys that nobody reads
};

/// Reads hostile JSON and checks the schema of AUTHCHAIN 1 and the limits. Keys that the schema
/// does not name are ignored; of equal keys the last counts, as in JavaScript. One link is enough
/// here: logins ask for two (login.hpp).
/// Errors: malformed_json (the text is not JSON, or not UTF-8; the detail is the parser's),
/// malformed_auth_chain.
/// Cost: O(bytes), a few microseconds for a usual chain.
Result<AuthChain> parse_chain(std::string_view json, ChainLimits const& limits = {});

/// Compact JSON that parse_chain() and the official library read. Payloads must be UTF-8.
std::string to_json(AuthChain const& chain);

/// Payload of the first link when it is SIGNER, otherwise "Invalid-Owner-Address" (AUTHCHAIN 2).
/// Not checked to be an address.
std::string_view owner(AuthChain const& chain) noexcept;

/// True when a link needs an Ethereum endpoint to be checked.
bool needs_contract_wallet(AuthChain const& chain) noexcept;

}  // namespace archipelago::auth
