#include "gateway/login.hpp"

#include <utility>

#include "base/log.hpp"

namespace archipelago::gateway {

Result<Challenge> claim(Shard const& shard, auth::Handshake& handshake, std::string_view address,
                        Instant now) {
  auto const who = Address::parse(address);
  if (!who) return fail(Errc::bad_address);
  auto text = handshake.claim(address);
  if (!text) return tl::unexpected(std::move(text).error());
  if (auto place = shard.directory.check(*who, now); !place)
    return tl::unexpected(std::move(place).error());
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
