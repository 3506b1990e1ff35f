// The inside of an Identity.
#pragma once

#include <optional>

#include "archipelago/client/identity.hpp"
#include "auth/identity.hpp"

namespace archipelago::client {

struct Identity::State {
  auth::Identity identity;
  std::optional<auth::Key> owner_key;
  std::string address = identity.owner.str();
};

/// The JSON of Identity::save(). Errors, here and below: bad_request, malformed_auth_chain,
/// bad_signature; the detail quotes no key.
std::string to_json(Identity::State const& state);
Result<Identity> identity_from_json(std::string_view json);

/// Checks that all parts fit each other.
Result<Identity> assemble_identity(std::string_view owner, auth::Key const& ephemeral,
                                   auth::AuthLink delegation, std::optional<auth::Key> owner_key);

}  // namespace archipelago::client
