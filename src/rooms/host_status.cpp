// Once a second, and at once when something changes.
#include "rooms/host_status.hpp"

#include <utility>

#include "archipelago/cluster.pb.h"
#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "wire/packet.hpp"

namespace archipelago::rooms {

HostStatus::HostStatus(Loop& loop, bus::Bus& bus, Rooms const& rooms, HostIdentity identity)
    : loop_(loop),
      bus_(bus),
      rooms_(rooms),
      identity_(std::move(identity)),
      telling_(loop),
      looking_(loop) {}

void HostStatus::start(std::string url) {
  url_ = std::move(url);
  tell_again();
}

void HostStatus::drain(Task empty) {
  log::info("rooms", "draining", {{"members", rooms_.seats()}});
  draining_ = true;
  empty_ = std::move(empty);
  if (telling_.running()) tell_again();
  look();
}

void HostStatus::tell_again() {
  tell();
  telling_.start(kEvery, [this] { tell_again(); });
}

void HostStatus::tell() {
  cluster::RoomHostStatus status;
  status.set_host(identity_.id);
  status.set_url(url_);
  status.set_capacity(identity_.capacity);
  status.set_members(static_cast<std::uint32_t>(rooms_.seats()));
  status.set_draining(draining_);
  status.set_seat(rooms_.clock(loop_.wall_now()));
  bus_.publish(bus::subjects::cluster_rooms(identity_.id), wire::encode(status));
}

void HostStatus::look() {
  looking_.start(kLook, [this] {
    if (rooms_.seats() != 0) return look();
    if (auto const empty = std::exchange(empty_, {})) empty();  // may destroy *this
  });
}

}  // namespace archipelago::rooms
