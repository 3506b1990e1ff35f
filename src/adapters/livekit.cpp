// Connection strings of one LiveKit host.
#include "adapters/livekit.hpp"

#include <stdexcept>
#include <utility>

#include "adapters/ws_room.hpp"

namespace archipelago::adapters {
namespace {

constexpr std::string_view kProtocol = "livekit:";

}  // namespace

LiveKit::LiveKit(std::string host, auth::LiveKitKey const& key, LiveKitOptions const& options)
    : host_(std::move(host)), key_(key), options_(options) {
  if (auto const problem = WsRoom::problem_with_base(host_))
    throw std::invalid_argument("LiveKit host " + *problem);
}

Result<std::string> LiveKit::connection_string(std::string_view island, Address const& player,
                                               WallTime now) {
  if (island.empty()) return fail(Errc::internal_error, "an island without a name");
  return std::string(kProtocol) + host_ + "?access_token=" +
         key_.issue(island, player, now, options_.token_lifetime, options_.generation);
}

bool LiveKit::carries(std::string_view connection) const {
  return connection.starts_with(kProtocol) && connection.substr(kProtocol.size()) == host_;
}

}  // namespace archipelago::adapters
