// Members of rooms (RFC-5) on one thread, as cheap as a client can be: raw sockets, one epoll, one
// read for whatever has come, no decoding beyond what is measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/identity.hpp"
#include "load/crowd.hpp"
#include "load/histogram.hpp"

namespace archipelago::load {

struct Guest {
  int socket = -1;
  bool reads = true;
  std::string in;            // an unfinished frame
  std::uint32_t spoken = 0;  // packets so far
};

/// What the receivers saw of the packets that were sent between begin() and end().
struct Heard {
  std::uint64_t sent = 0;
  std::uint64_t expected = 0;  ///< deliveries, of all who read
  std::uint64_t delivered = 0;
  std::uint64_t disordered = 0;  ///< an older packet of that sender after a newer one
  std::uint64_t echoed = 0;      ///< to its sender, or into another room
  std::uint64_t closed = 0;      ///< connections, whenever
  Histogram delay;
};

/// `rooms` rooms r0, r1, … of `members` each. One thread; sockets are closed in the end.
class RoomCrowd {
 public:
  /// Everybody logs in, one after the other. Throws when somebody cannot.
  RoomCrowd(std::uint16_t port, std::size_t rooms, std::size_t members);
  RoomCrowd(RoomCrowd const&) = delete;
  RoomCrowd& operator=(RoomCrowd const&) = delete;
  ~RoomCrowd();

  /// From now on this member sends as all do, but never reads; what it sends is not counted,
  /// because a server may close it.
  void stop_reading(std::size_t guest);

  /// Everybody sends a body of `bytes` (at least kStamp) `hz` times a second, one after the other
  /// at equal distances, every `reliable`th packet reliable (0: none). Returns after `time`.
  void talk(std::chrono::milliseconds time, double hz, std::size_t bytes, std::size_t reliable);
  /// Nobody sends any more: what is on its way arrives.
  void listen(std::chrono::milliseconds time);

  /// Counts anew, packets sent from now on. Until end().
  void begin();
  void end();
  [[nodiscard]] Heard const& heard() const { return heard_; }
  [[nodiscard]] std::size_t size() const { return guests_.size(); }

  static constexpr std::size_t kStamp = 24;

 private:
  void log_in(std::size_t guest, auth::Identity const& identity);
  void say(std::size_t guest, std::size_t bytes, bool reliable);
  void poll_until(Clock::time_point time);
  void read(std::uint32_t guest);
  [[nodiscard]] std::size_t take(std::uint32_t guest, std::string_view bytes, std::int64_t now);
  void on_update(std::uint32_t guest, std::string_view payload, std::int64_t now);
  [[nodiscard]] std::uint64_t readers_beside(std::size_t guest) const;

  std::uint16_t const port_;
  std::size_t const members_;
  int const poll_;
  std::vector<Guest> guests_;        // of the first room, of the second, …
  std::vector<std::uint32_t> last_;  // by receiver and sender of a room: the newest packet
  Heard heard_;
  std::int64_t began_ = INT64_MAX;  // nanoseconds
  std::int64_t ended_ = INT64_MAX;
  std::size_t turn_ = 0;  // who sends next
};

}  // namespace archipelago::load
