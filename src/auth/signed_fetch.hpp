// Signed fetch: an HTTP request that carries an authentication chain in its headers (WIRE 8.2,
// ADR-44).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/login.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

inline constexpr Millis kSignedFetchWindow{60'000};

struct SignedRequest {
  std::string method;
  std::string path;  ///< as in the URL: no host, no query
  /// Value of a header, name in lower case; nullptr if there is none.
  std::function<std::string const*(std::string_view)> header;
};

/// What a request says, before any signature was looked at.
struct SignedFetch {
  LoginAttempt attempt;  ///< for a LoginVerifier
  std::string signer;    ///< of the metadata; "" if it names none
  std::string intent;    ///< of the metadata; "" if it names none
};

/// All checks that need no elliptic curve, in the official order: the links, two of them or more,
/// the timestamp, the metadata (at most 8 deep), the signed text. Stricter than the official one: a
/// timestamp must be there, in digits, and not lie ahead more than the window; the owner must be an
/// address.
///
/// Errors, the detail being the official text (a JSON parser's words apart): bad_request, for
/// HTTP 400; malformed_auth_chain, challenge_mismatch and signature_expired, for 401.
Result<SignedFetch> read_signed_fetch(SignedRequest const& request, WallTime now);

/// Signed by an explorer to enter a realm, and not by a scene (WIRE 8.2).
[[nodiscard]] bool is_comms_handshake(SignedFetch const& fetch);

/// The text that a client signs: all in lower case.
std::string signed_fetch_payload(std::string_view method, std::string_view path, WallTime now,
                                 std::string_view metadata);

}  // namespace archipelago::auth
