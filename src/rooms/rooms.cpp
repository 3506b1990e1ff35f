// Wires the shards together and to the router.
#include "rooms/rooms.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace archipelago::rooms {
namespace {

constexpr std::string_view kPrefix = "/rooms/";

std::string room_of(net::HttpRequest const& request) {
  return request.path.starts_with(kPrefix) ? request.path.substr(kPrefix.size()) : std::string();
}

}  // namespace

Rooms::Rooms(std::span<Loop* const> loops, Doorkeeper door, Options options, Metrics& metrics)
    : shared_(std::move(options), metrics), door_(door) {
  shared_.shards.reserve(loops.size());
  for (std::size_t i = 0; i < loops.size(); ++i)
    shared_.shards.push_back(std::make_shared<ShardRooms>(shared_, i, *loops[i]));
}

void Rooms::register_endpoint(net::Router& router) {
  router.websocket(std::string(kPrefix) + "*", endpoint());
}

void Rooms::follow_logins(std::span<bus::Mailbox* const> mailboxes) {
  for (std::size_t i = 0; i < mailboxes.size(); ++i)
    shared_.shards.at(i)->follow_logins(*mailboxes[i]);
}

void Rooms::follow_hosts(bus::Bus& bus, Loop& loop, std::string host) {
  others_ = std::make_unique<OtherHosts>(bus, loop, shared_, std::move(host));
  shared_.others = others_.get();
}

std::size_t Rooms::home(std::string_view room) const {
  return std::hash<std::string_view>{}(room) % shared_.shards.size();
}

std::size_t Rooms::evict(std::function<bool(Address const&)> const& banned) {
  auto const seats = shared_.presence.of(banned);
  for (auto const& seat : seats)
    shared_.shards[seat.shard]->kick_soon(seat, Errc::banned, kBannedText);
  shared_.metrics.add(Metric::ban_evictions, std::ssize(seats));
  return seats.size();
}

net::WebsocketEndpoint Rooms::endpoint() {
  net::WebsocketEndpoint endpoint;
  endpoint.max_message_bytes = shared_.options.max_message_bytes;
  endpoint.admit = [](net::HttpRequest const& request) -> Result<> {
    if (!is_room_id(room_of(request))) return fail(Errc::bad_request, "not a room id");
    return {};
  };
  endpoint.home = [this](net::HttpRequest const& request) { return home(room_of(request)); };
  endpoint.open = [this](net::HttpRequest const& request, net::Connection& connection,
                         std::size_t shard) -> std::shared_ptr<net::Protocol> {
    return std::make_shared<MemberProtocol>(room_of(request), request.parameter("access_token"),
                                            connection, *shared_.shards[shard], door_);
  };
  return endpoint;
}

}  // namespace archipelago::rooms
