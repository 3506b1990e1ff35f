#include "gateway/refusal.hpp"

#include "base/log.hpp"

namespace archipelago::gateway {

std::string_view refusal_text(Errc why) noexcept {
  switch (why) {
    case Errc::bad_address:
    case Errc::malformed_json:
    case Errc::malformed_auth_chain:
    case Errc::bad_signature:
    case Errc::delegation_expired:
    case Errc::wrong_owner:
    case Errc::challenge_mismatch:
    case Errc::wallet_unverifiable:
      return "Authentication failed";
    default:
      return reason(why).label;
  }
}

void refuse_login(net::Connection& connection, Error const& error, std::string_view protocol) {
  log::info("gateway", "login refused",
            {{"reason", reason(error.code).label},
             {"detail", error.detail},
             {"protocol", protocol},
             {"remote", connection.remote()}});
  connection.close(error.code, refusal_text(error.code));
}

}  // namespace archipelago::gateway
