// What is said and heard of seats between hosts.
#include "rooms/other_hosts.hpp"

#include <cstddef>
#include <utility>

#include "archipelago/cluster.pb.h"
#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "rooms/shard_rooms.hpp"
#include "wire/packet.hpp"

namespace archipelago::rooms {
namespace {

constexpr std::size_t kMostBytes = 4'096;
constexpr bus::Capacity kMailbox{.messages = 16'384, .bytes = std::size_t{4} << 20U};

}  // namespace

OtherHosts::OtherHosts(bus::Bus& bus, Loop& loop, Shared& shared, std::string host)
    : bus_(bus),
      loop_(loop),
      shared_(shared),
      host_(std::move(host)),
      mailbox_(bus.open(loop, kMailbox)) {
  seats_ = mailbox_->subscribe(
      bus::subjects::kAnyClusterSeat, [this](bus::Message const& m) { on_seat(m); },
      bus::Weight::vital);
  statuses_ = mailbox_->subscribe(bus::subjects::kAnyClusterRooms,
                                  [this](bus::Message const& m) { on_status(m); });
}

void OtherHosts::tell(Address const& player, std::uint64_t number) const {
  cluster::Seat seat;
  seat.set_seat(number);
  seat.set_host(host_);
  bus_.publish(bus::subjects::cluster_seat(player), wire::encode(seat));
}

void OtherHosts::on_seat(bus::Message const& message) {
  auto const player = bus::subjects::peer_of(message.subject);
  if (!player) return shared_.metrics.reject(Errc::bad_address);
  auto const seat = wire::decode<cluster::Seat>(message.payload, kMostBytes);
  if (!seat) return shared_.metrics.reject(seat.error().code);
  if (seat->host() == host_) return;
  auto const now = loop_.wall_now();
  // An id is only compared and logged: what a room may be called will do.
  if (!is_room_id(seat->host()) || !SeatClock::believes(seat->seat(), now))
    return shared_.metrics.reject(Errc::bad_request);
  auto const older =
      shared_.presence.taken_elsewhere(*player, seat->seat(), seat->host() > host_, now);
  if (older.empty()) return;
  log::debug("rooms", "sits elsewhere", {{"player", player->text()}, {"host", seat->host()}});
  ShardRooms::end_soon(shared_, older);
}

/// For the time alone: so hosts know one another's before they share a player. Whether the rest is
/// sound is the cores' to say.
void OtherHosts::on_status(bus::Message const& message) {
  auto const status = wire::decode<cluster::RoomHostStatus>(message.payload, kMostBytes);
  auto const now = loop_.wall_now();
  if (status && SeatClock::believes(status->seat(), now))
    shared_.presence.hear_clock(status->seat(), now);
}

}  // namespace archipelago::rooms
