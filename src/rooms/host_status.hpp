// What a host of rooms says of itself to the cores of its realm (cluster.rooms.<id>).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/loop.hpp"
#include "bus/bus.hpp"
#include "rooms/rooms.hpp"

namespace archipelago::rooms {

struct HostIdentity {
  std::string id;              ///< one part of a subject: [0-9A-Za-z_-], 1 to 64; unique
  std::uint32_t capacity = 0;  ///< players that it takes; 0: as many as come
};

/// Says so once a second from start() on. Everything belongs to the loop's thread or to a time when
/// it does not run; what is passed in outlives this.
class HostStatus {
 public:
  static constexpr Millis kEvery{1'000};

  HostStatus(Loop& loop, bus::Bus& bus, Rooms const& rooms, HostIdentity identity);
  HostStatus(HostStatus const&) = delete;
  HostStatus& operator=(HostStatus const&) = delete;

  /// `url`: ws:// or wss:// base of the rooms as clients reach them, known once the server listens.
  void start(std::string url);

  /// Tells at once, and from then on, that this host takes no new islands and wants to be rid of
  /// those it has; their players are sent elsewhere. Runs `empty` once, soon after the last seat
  /// was left; whoever cannot wait so long does not wait for it.
  void drain(Task empty);

 private:
  static constexpr Millis kLook{100};

  void tell();
  void tell_again();
  void look();

  Loop& loop_;
  bus::Bus& bus_;
  Rooms const& rooms_;
  HostIdentity const identity_;
  std::string url_;
  bool draining_ = false;
  Task empty_;
  Timer telling_;
  Timer looking_;
};

}  // namespace archipelago::rooms
