// Make before break: the room of a player's island, and the one before it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archipelago/client/player.hpp"
#include "client/backoff.hpp"
#include "client/twins.hpp"

namespace archipelago::client {

struct RoomSwitchOptions {
  TransportTable const& transports;
  Millis room_limit;
  Millis linger;
  Millis first_pause;
  Millis longest_pause;
};

/// As PlayerEvents; all set. `fresh`: this connection string is of no more use, a new one is
/// needed.
struct RoomSwitchEvents {
  std::function<void(RoomStatus const&)> room;
  std::function<void(std::string_view)> joined;
  std::function<void(std::string_view)> left;
  std::function<void(Message const&)> message;
  std::function<void(Ending const&)> fresh;
};

/// The contract is Player's. Events come from transports and timers, and from go_to(); leave() may
/// be called in any of them, and is the last.
class RoomSwitch : public std::enable_shared_from_this<RoomSwitch> {
 public:
  RoomSwitch(Network const& network, RoomSwitchOptions const& options, RoomSwitchEvents events);

  /// A new island, or a new connection string for the same one.
  void go_to(IslandChange const& change, Identity const& identity);
  void leave();

  bool send(std::string_view body, Delivery delivery);
  [[nodiscard]] RoomStatus const& status() const { return status_; }
  [[nodiscard]] std::vector<std::string> peers() const;

 private:
  class Seat;
  using SeatPtr = std::shared_ptr<Seat>;

  void connect();
  void retry(Ending const& why);
  void give_up(Ending why);
  void opened(Seat& seat);
  void linger();
  void closed(Seat& seat, Ending const& why);
  void joined(Seat const& seat, std::string_view address);
  void left(Seat const& seat, std::string_view address);
  void heard(Seat const& seat, Message const& message);
  void drop(SeatPtr const& seat);
  void tell(RoomState state, std::optional<Ending> why);
  [[nodiscard]] bool somebody_else_has(Seat const& seat, std::string_view address) const;

  Network const network_;
  RoomSwitchOptions const options_;
  RoomSwitchEvents const events_;
  std::optional<Identity> identity_;
  std::string connection_;  // of the newest change
  RoomStatus status_;
  bool gone_ = false;

  SeatPtr old_;   // open, left soon
  SeatPtr now_;   // open
  SeatPtr next_;  // connecting
  std::uint32_t last_seat_ = 0;
  unsigned failures_ = 0;
  Twins twins_;
  Backoff backoff_;
  Timer retry_timer_;
  Timer linger_timer_;
};

}  // namespace archipelago::client
