// The checks before the curve, and the curve.
#include "auth/login.hpp"

#include <algorithm>

#include "auth/ephemeral.hpp"
#include "auth/signature.hpp"
#include "auth/validate.hpp"

namespace archipelago::auth {
namespace {

constexpr std::size_t kFewestLinks = 2;  // one link would sign nothing (DESIGN rule 1)

/// One SIGNER, at the start.
Result<> check_shape(AuthChain const& chain) {
  if (chain.size() < kFewestLinks)
    return fail(Errc::malformed_auth_chain, "a login needs two links or more");
  auto const signers = std::ranges::count(chain, LinkType::signer, &AuthLink::type);
  if (chain.front().type != LinkType::signer || signers != 1)
    return fail(Errc::malformed_auth_chain, "ERROR: Malformed authChain");
  return {};
}

Result<> check_owner(AuthChain const& chain, Address const& claimed) {
  auto const owner_address = Address::parse(owner(chain));
  if (!owner_address) return fail(Errc::malformed_auth_chain, "the owner is not an address");
  if (*owner_address != claimed)
    return fail(Errc::wrong_owner, "the owner is not the claimed address");
  return {};
}

Result<> check_challenge(AuthChain const& chain, std::string_view challenge) {
  auto const& last = chain.back();
  bool const entity =
      last.type == LinkType::signed_entity || last.type == LinkType::contract_signed_entity;
  if (!entity || challenge.empty() || last.payload != challenge)
    return fail(Errc::challenge_mismatch,
                "the last link does not sign this connection's challenge");
  return {};
}

bool is_even_hex(std::string_view signature) {
  static constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  return signature.starts_with("0x") && signature.size() % 2 == 0 &&
         signature.find_first_not_of(kDigits, 2) == std::string_view::npos;
}

/// A key signs 65 bytes; a contract takes any number of them.
bool has_form(AuthLink const& link) {
  bool const by_contract =
      link.type == LinkType::contract_ephemeral || link.type == LinkType::contract_signed_entity;
  return by_contract ? is_even_hex(link.signature) : has_signature_form(link.signature);
}

/// Who must sign the link after this one.
Result<std::string> next_signer(AuthLink const& link, WallTime now) {
  if (link.type == LinkType::signed_entity || link.type == LinkType::contract_signed_entity)
    return link.payload;
  auto delegation = parse_delegation(link.payload);
  if (!delegation) return tl::unexpected(delegation.error());
  return check_expiry(*delegation, now).map([&] { return delegation->delegate; });
}

Result<> check_links(AuthChain const& chain, WallTime now) {
  std::string signer = chain.front().payload;
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (!has_form(chain[i])) return fail(Errc::bad_signature, "a signature does not have its form");
    if (!Address::parse(signer))
      return fail(Errc::bad_signature, "a link delegates to what is not an address");
    auto next = next_signer(chain[i], now);
    if (!next) return tl::unexpected(next.error());
    signer = *std::move(next);
  }
  return {};
}

}  // namespace

Result<AuthChain> check_form(LoginAttempt const& attempt, WallTime now) {
  auto chain = parse_chain(attempt.chain_json);
  if (!chain) return chain;
  auto const checked = check_shape(*chain)
                           .and_then([&] { return check_owner(*chain, attempt.claimed); })
                           .and_then([&] { return check_challenge(*chain, attempt.challenge); })
                           .and_then([&] { return check_links(*chain, now); });
  if (!checked) return tl::unexpected(checked.error());
  return chain;
}

Result<Address> verify(AuthChain const& chain, std::string_view challenge, WallTime now,
                       ContractWallets* wallets) {
  // Both hold after check_form(); asked again because a mistake here would admit anybody.
  auto const owner_address = Address::parse(owner(chain));
  if (chain.size() < kFewestLinks || !owner_address || challenge.empty())
    return fail(Errc::malformed_auth_chain, "the chain did not pass the check of its form");
  return validate(chain, challenge, now, wallets).map([&] { return *owner_address; });
}

}  // namespace archipelago::auth
