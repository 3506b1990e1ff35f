// Which transport a connection string asks for.
#include <algorithm>
#include <array>
#include <utility>

#include "archipelago/client/transport.hpp"
#include "client/transports.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::client {
namespace {

using wire::Backend;

constexpr std::string_view name_of(Backend backend) {
  switch (backend) {
    case Backend::livekit:
      return "livekit";
    case Backend::ws_room:
      return "ws-room";
    case Backend::signed_login:
      return "signed-login";
    case Backend::offline:
      return "offline";
    case Backend::simulator:
      return "simulator";
    case Backend::archipelago:
      return "archipelago";
  }
  return "";
}

}  // namespace

TransportTable const& TransportTable::standard() {
  static auto const table = [] {
    TransportTable out;
    out.add("ws-room", make_ws_room);
    out.add("signed-login", make_signed_login);
    out.add("simulator", make_simulator);
    out.add("offline", make_offline);
    return out;
  }();
  return table;
}

void TransportTable::add(std::string protocol, Maker maker) {
  makers_.insert_or_assign(std::move(protocol), std::move(maker));
}

Result<std::unique_ptr<Transport>> TransportTable::make(Network const& network,
                                                        std::string_view connection,
                                                        Identity identity, Millis limit) const {
  auto endpoint = wire::resolve_connection_string(connection);
  if (!endpoint) return tl::unexpected(endpoint.error());
  auto const name = name_of(endpoint->backend);
  auto const maker = makers_.find(name);
  if (maker == makers_.end())
    return fail(Errc::unsupported, std::string(name) + " rooms are not supported here");
  return maker->second(network, {.url = std::move(endpoint->url),
                                 .access_token = std::move(endpoint->access_token),
                                 .identity = std::move(identity),
                                 .limit = limit,
                                 .transports = this});
}

}  // namespace archipelago::client
