// The hand-over of players who move between islands on different hosts (cluster.seat.<address>).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/address.hpp"
#include "base/loop.hpp"
#include "bus/bus.hpp"

namespace archipelago::rooms {

struct Shared;

/// Tells the other hosts of the realm who takes a seat in an island's room here, and hears the same
/// of them: seats here that are older (SeatClock) end as if the newer one were in this process. A
/// message that is lost leaves an older seat until it is left or its login ends; one that comes
/// late or twice changes nothing that is newer.
///
/// Keeps nothing of players who have no seat here. Made and destroyed on the loop's thread or while
/// it does not run; what is passed in outlives it.
class OtherHosts {
 public:
  /// `host`: id of this one; what it says itself is not heard.
  OtherHosts(bus::Bus& bus, Loop& loop, Shared& shared, std::string host);
  OtherHosts(OtherHosts const&) = delete;
  OtherHosts& operator=(OtherHosts const&) = delete;

  /// Any thread.
  void tell(Address const& player, std::uint64_t number) const;

 private:
  void on_seat(bus::Message const& message);
  void on_status(bus::Message const& message);

  bus::Bus& bus_;
  Loop& loop_;
  Shared& shared_;
  std::string const host_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  bus::Subscription seats_;
  bus::Subscription statuses_;
};

}  // namespace archipelago::rooms
