#include "gateway/login.hpp"

#include <utility>

#include "base/log.hpp"

namespace archipelago::gateway {

Result<Challenge> claim(Shard const& shard, auth::Handshake& handshake, std::string_view address) {
  auto const who = Address::parse(address);
  if (!who) return fail(Errc::bad_address);
  auto text = handshake.claim(address);
  if (!text) return tl::unexpected(std::move(text).error());
  if (!shard.directory.has_place_for(*who)) return fail(Errc::realm_full);
  return Challenge{*std::move(text), shard.directory.contains(*who)};
}

void refuse_login(net::Connection& connection, Error const& error, std::string_view protocol) {
  log::info("gateway", "login refused",
            {{"reason", reason(error.code).label},
             {"detail", error.detail},
             {"protocol", protocol},
             {"remote", connection.remote()}});
  connection.close(error.code);
}

}  // namespace archipelago::gateway
