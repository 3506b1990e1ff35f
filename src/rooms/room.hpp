// One room: who is in it, and the relay of their packets (WIRE 7).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/bytes.hpp"
#include "base/errc.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "net/frame_batch.hpp"
#include "net/websocket.hpp"
#include "rooms/alias.hpp"
#include "rooms/fair_budget.hpp"
#include "rooms/options.hpp"
#include "rooms/waiting_line.hpp"

namespace archipelago::rooms {

class Room;

/// A member's place in its room; the destructor leaves. The room may take it away first (a kick):
/// it is lost then and does nothing any more. Loop thread; the room outlives seats that are not
/// lost.
class Seat {
 public:
  Seat(Room& room, Alias alias, Loop& loop) : room_(&room), alias_(alias), end_(loop) {}
  Seat(Seat const&) = delete;
  Seat& operator=(Seat const&) = delete;
  ~Seat();

  [[nodiscard]] Alias alias() const { return alias_; }
  [[nodiscard]] bool lost() const { return room_ == nullptr; }

  /// To every other member, stamped with this seat's alias, within the room's budgets: beyond them
  /// an unreliable packet is dropped, a reliable one waits. `body` is copied once, whatever the
  /// number of members, and no memory is asked for. May end the seat (see Room).
  void relay(std::string_view body, bool unreliable);

 private:
  friend class Room;
  Room* room_;
  Alias alias_;
  Timer end_;
  Instant ends_at_{};  // while end_ runs
};

/// Lives on one loop and is touched by its thread only. Members hear each other in the order in
/// which each one sent, know an alias before its first packet, and never hear themselves; joining
/// and leaving are O(members).
///
/// Cost: a packet is encoded once, into the room's batch, which goes to each member with one
/// system call, however many packets it holds: at once in a small room, in a larger one when its
/// window ends (Options::window). Large packets go by reference, without waiting.
///
/// Budgets: members together say no more than the options allow (FairBudget), everybody at least an
/// equal share. Reliable packets beyond wait, each sender's in order and the senders in turn; when
/// too much waits, whoever has the most waiting is closed with `rate_limited`. What waits when its
/// sender leaves is dropped.
class Room {
 public:
  /// Called after a member has gone, as the last act: it may destroy the room.
  using Left = std::function<void(Address const&, Alias)>;

  /// All must outlive the room.
  Room(Options const& options, Loop& loop, Metrics& metrics, Left left);
  Room(Room const&) = delete;
  Room& operator=(Room const&) = delete;

  /// Sends the welcome, then tells the others. The connection must outlive the seat; the alias is
  /// larger than all before it. Nothing when the room is full.
  [[nodiscard]] std::unique_ptr<Seat> join(Alias alias, Address const& address,
                                           net::Connection& connection);

  /// peer_kicked, close, and peer_leave to the others; counted. Unknown aliases are ignored.
  void kick(Alias alias, Errc why, std::string_view text);

  /// Takes the seat away when the member is still there after `delay`, at once if that is 0:
  /// `replaced` as a kick, `session_ended` without one, for the player may be on its way back. An
  /// end that is near is not put off.
  void end(Alias alias, Errc why, Millis delay);

  [[nodiscard]] Alias alias_of(Address const& address) const;  ///< 0: not in this room
  [[nodiscard]] bool full() const { return members_.size() >= options_.max_members; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }

 private:
  friend class Seat;
  struct Member {
    Alias alias;
    Address address;
    net::Connection* connection;
    Seat* seat;
    FairBudget::Share unreliable{};
    FairBudget::Share reliable{};
    net::FrameBatch::Own said{};  ///< in batch_
  };
  using Members = std::vector<Member>;

  void relay(Alias from, std::string_view body, bool unreliable);
  void say(Member& sender, std::string_view body, bool unreliable);
  void flush(net::Leave leave);
  [[nodiscard]] Millis until_end_of(Millis window) const;
  void wait(Alias from, SharedBytes packet);
  void send_waiting();
  void drop_over_budget(std::size_t packets);
  void end_now(Alias alias, Errc why);
  void expel(Members::iterator member, Errc why);
  void leave(Alias alias);
  void remove(Members::iterator member);
  [[nodiscard]] Members::iterator find(Alias alias);
  [[nodiscard]] SharedBytes welcome(Alias newcomer) const;
  void send_to_others(Alias except, SharedBytes const& packet, net::Delivery delivery);

  Options const& options_;
  Loop& loop_;
  Metrics& metrics_;
  Instant const opened_;
  Left left_;
  Members members_;  // by alias: a newer one is a larger number
  FairBudget unreliable_;
  FairBudget reliable_;
  WaitingLine waiting_;
  Timer pacer_;  // runs while something waits
  net::FrameBatch batch_;
  Timer window_;  // runs while batch_ holds something
};

}  // namespace archipelago::rooms
