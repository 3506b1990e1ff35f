// Making identities, and checking the ones that come from outside.
#include "archipelago/client/identity.hpp"

#include <utility>

#include "auth/ephemeral.hpp"
#include "client/identity_state.hpp"

namespace archipelago::client {
namespace {

Identity delegate(auth::Key const& owner, Random& random, WallTime expires) {
  auto identity = auth::make_identity(owner, random, expires);
  return Identity(std::make_shared<Identity::State const>(
      Identity::State{.identity = std::move(identity), .owner_key = owner}));
}

}  // namespace

Result<Identity> assemble_identity(std::string_view owner, auth::Key const& ephemeral,
                                   auth::AuthLink delegation, std::optional<auth::Key> owner_key) {
  auto const address = Address::parse(owner);
  if (!address) return fail(Errc::bad_request, "the owner is not an address");
  if (owner_key && owner_key->address() != *address)
    return fail(Errc::bad_request, "the owner's key belongs to another address");
  auto const parsed = auth::parse_delegation(delegation.payload);
  if (!parsed) return tl::unexpected(parsed.error());
  if (Address::parse(parsed->delegate) != ephemeral.address())
    return fail(Errc::bad_request, "the delegation names another key");
  if (delegation.type == auth::LinkType::ephemeral) {
    auto const signer = auth::recover(auth::personal_hash(parsed->message), delegation.signature);
    if (!signer) return tl::unexpected(signer.error());
    if (*signer != *address)
      return fail(Errc::bad_signature, "the delegation is not signed by the owner");
  } else if (delegation.type != auth::LinkType::contract_ephemeral) {
    return fail(Errc::malformed_auth_chain, "the delegation is of another type");
  }
  auth::Identity identity{*address, ephemeral, std::move(delegation), parsed->expires};
  return Identity(std::make_shared<Identity::State const>(
      Identity::State{.identity = std::move(identity), .owner_key = std::move(owner_key)}));
}

Identity Identity::guest(Random& random, WallTime now, Millis lifetime) {
  return delegate(auth::Key::generate(random), random, now + lifetime);
}

Result<Identity> Identity::from_owner_key(std::string_view hex, Random& random, WallTime now,
                                          Millis lifetime) {
  auto const key = auth::Key::from_hex(hex);
  if (!key) return fail(Errc::bad_request, "the owner's key is not 64 hexadecimal digits of a key");
  return delegate(*key, random, now + lifetime);
}

Result<Identity> Identity::from_delegation(std::string_view owner, std::string_view ephemeral_key,
                                           std::string text, std::string signature) {
  auto const key = auth::Key::from_hex(ephemeral_key);
  if (!key) return fail(Errc::bad_request, "the short-lived key is not 64 hexadecimal digits");
  auto const type = signature.size() == auth::kSignatureLength ? auth::LinkType::ephemeral
                                                               : auth::LinkType::contract_ephemeral;
  auth::AuthLink link{type, std::move(text), std::move(signature)};
  return assemble_identity(owner, *key, std::move(link), std::nullopt);
}

std::string const& Identity::address() const {
  return state_->address;
}

WallTime Identity::expires() const {
  return state_->identity.expires;
}

bool Identity::renewable() const {
  return state_->owner_key.has_value();
}

Result<> Identity::renew(Random& random, WallTime now, Millis lifetime) {
  if (!renewable())
    return fail(Errc::delegation_expired, "the owner's key, which could renew it, is not here");
  *this = delegate(*state_->owner_key, random, now + lifetime);
  return {};
}

Result<bool> Identity::renew_if_due(Random& random, WallTime now, Millis lifetime) {
  if (now + lifetime / 10 < expires()) return false;
  if (!renewable() && now < expires()) return false;
  if (auto const renewed = renew(random, now, lifetime); !renewed)
    return tl::unexpected(renewed.error());
  return true;
}

Result<std::string> Identity::sign_challenge(std::string_view challenge) const {
  auto const chain = auth::sign_challenge(state_->identity, challenge);
  if (!chain) return tl::unexpected(chain.error());
  return auth::to_json(*chain);
}

}  // namespace archipelago::client
