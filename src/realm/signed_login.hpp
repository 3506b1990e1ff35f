// POST /signed-login: one signed request instead of a session, for a realm without islands (WIRE
// 8.2).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/backend.hpp"
#include "auth/login_verifier.hpp"
#include "auth/signed_fetch.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "net/http.hpp"

namespace archipelago::realm {

inline constexpr std::string_view kSignedLoginPath = "/signed-login";

/// Answers `{"fixedAdapter":"…"}`, a connection string for the one room, to whom an explorer signed
/// for (auth/signed_fetch.hpp) and who is not banned; else `{"ok":false,"message":"…"}` with 400,
/// 401, 403 or, where coming back helps (a full or ending realm, too), 503. A request that is
/// played again gets the same player the same right, within its minute: the string is of use to
/// that player's key alone. The body is not looked at. All work is the loop's and the verifier's
/// pools'.
class SignedLogin {
 public:
  struct Parts {
    Loop& loop;  ///< the backend's
    auth::LoginVerifier& verifier;
    adapters::Backend& backend;
    Metrics& metrics;
    std::function<bool()> accepts;  ///< whether the realm takes one more player
  };

  /// `room`: as an island's id. `prefix`: path of the realm's public URL, "" for none: clients sign
  /// the path that they see. The parts outlive this, and this the router's last request and the
  /// loop's last task.
  SignedLogin(Parts parts, std::string room, std::string prefix)
      : parts_(std::move(parts)), room_(std::move(room)), prefix_(std::move(prefix)) {}

  void register_endpoint(net::Router& router);

 private:
  void answer(net::HttpRequest const& request, net::HttpReply const& reply);
  [[nodiscard]] Result<auth::SignedFetch> read(net::HttpRequest const& request) const;
  void proved(Result<Address> const& player, net::HttpReply const& reply);
  void refuse(Error const& why, net::HttpReply const& reply);

  Parts const parts_;
  std::string const room_;
  std::string const prefix_;
};

}  // namespace archipelago::realm
