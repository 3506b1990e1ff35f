// The walk along a chain: each link must be signed by the authority that the one before it named.
#include "auth/validate.hpp"

#include <algorithm>
#include <string>

#include "auth/ephemeral.hpp"
#include "auth/signature.hpp"

namespace archipelago::auth {
namespace {

struct Context {
  WallTime now;
  ContractWallets* wallets;
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

/// The library's own names, which differ from the wire names.
std::string_view validator_name(LinkType type) {
  switch (type) {
    case LinkType::ephemeral:
      return "ECDSA_PERSONAL_EPHEMERAL_VALIDATOR";
    case LinkType::signed_entity:
      return "ECDSA_SIGNED_ENTITY_VALIDATOR";
    case LinkType::contract_ephemeral:
      return "ECDSA_EIP_1654_EPHEMERAL_VALIDATOR";
    case LinkType::contract_signed_entity:
      return "EIP_1654_SIGNED_ENTITY_VALIDATOR";
    default:
      return "";
  }
}

Result<> signed_by_key(std::string_view authority, std::string_view text,
                       std::string_view signature) {
  auto const signer = recover(personal_hash(text), signature);
  if (!signer) return tl::unexpected(signer.error());
  auto const expected = lower(authority);
  if (expected == signer->text()) return {};
  return fail(Errc::bad_signature,
              "Invalid signer address. Expected: " + expected + ". Actual: " + signer->str());
}

Result<> approved_by_contract(std::string_view authority, std::string_view text,
                              std::string_view signature, Context const& context) {
  if (context.wallets == nullptr) return fail(Errc::wallet_unverifiable, "Missing provider");
  auto const contract = Address::parse(authority);
  if (!contract)
    return fail(Errc::bad_signature, "Invalid validation. Expected: 1626ba7e. Actual: false");
  return context.wallets->approves(*contract, text, signature, context.now);
}

Result<> approved(AuthLink const& link, std::string_view authority, std::string_view text,
                  Context const& context) {
  bool const by_contract =
      link.type == LinkType::contract_ephemeral || link.type == LinkType::contract_signed_entity;
  return by_contract ? approved_by_contract(authority, text, link.signature, context)
                     : signed_by_key(authority, text, link.signature);
}

/// The authority that `link` hands on to.
Result<std::string> next_authority(AuthLink const& link, std::string_view authority,
                                   Context const& context) {
  if (link.type == LinkType::signer) return link.payload;
  if (link.type == LinkType::unknown) return std::string();
  if (link.signature.empty()) {
    return fail(Errc::bad_signature, "Invalid AuthLink. 'signature' must be present for type '" +
                                         std::string(validator_name(link.type)) + "'");
  }
  if (link.type == LinkType::signed_entity || link.type == LinkType::contract_signed_entity)
    return approved(link, authority, link.payload, context).map([&] { return link.payload; });
  auto const delegation = parse_delegation(link.payload);
  if (!delegation) return tl::unexpected(delegation.error());
  return check_expiry(*delegation, context.now)
      .and_then([&] { return approved(link, authority, delegation->message, context); })
      .map([&] { return delegation->delegate; });
}

bool has_shape(AuthChain const& chain) {
  for (std::size_t i = 0; i < chain.size(); ++i)
    if ((chain[i].type == LinkType::signer) != (i == 0)) return false;
  return true;
}

Error in_link(AuthLink const& link, Error error) {
  error.detail =
      "ERROR. Link type: " + std::string(wire_name(link.type)) + ". " + error.detail + '.';
  return error;
}

}  // namespace

Result<> validate(AuthChain const& chain, std::string_view final_payload, WallTime now,
                  ContractWallets* wallets) {
  if (!has_shape(chain)) return fail(Errc::malformed_auth_chain, "ERROR: Malformed authChain");
  Context const context{now, wallets};
  std::string authority;
  for (auto const& link : chain) {
    auto next = next_authority(link, authority, context);
    if (!next) return tl::unexpected(in_link(link, std::move(next).error()));
    authority = *std::move(next);
  }
  if (authority == final_payload) return {};
  return fail(Errc::challenge_mismatch,
              "ERROR: Invalid final authority. Expected: " + std::string(final_payload) +
                  ". Current " + authority + '.');
}

}  // namespace archipelago::auth
