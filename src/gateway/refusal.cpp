#include "gateway/refusal.hpp"

#include "base/log.hpp"

namespace archipelago::gateway {

void refuse_login(net::Connection& connection, Error const& error, std::string_view protocol) {
  log::info("gateway", "login refused",
            {{"reason", reason(error.code).label},
             {"detail", error.detail},
             {"protocol", protocol},
             {"remote", connection.remote()}});
  connection.close(error.code);
}

}  // namespace archipelago::gateway
