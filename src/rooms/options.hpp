// What an operator can set about rooms, and the defaults.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "limits/token_bucket.hpp"

namespace archipelago::rooms {

struct Options {
  /// Seats per room, [1, 1000]. Somewhat more than an island's 100 players, because who moves to
  /// another island stays seated in the old room until it is connected to the new one.
  std::size_t max_members = 150;

  /// Rooms with members in the whole process.
  std::size_t max_rooms = 10'000;

  /// Rooms that every player who proves its address may enter without a token. All others are rooms
  /// of islands and admit only who was assigned to them (DESIGN rule 4).
  std::vector<std::string> open_rooms{};

  /// How long a player may keep its seat in an older room after it entered a new one. Clients
  /// connect to the new island's room before they leave the old one, so one address per server, as
  /// WIRE 7 has it, would cut them off from the old island too early; ten seconds are enough for
  /// that and too short to listen in on two islands. Only the newest older seat gets them: one
  /// address never has more than two seats to stay.
  Millis hand_over{10'000};

  /// Token buckets per member. The bursts let 2 000 packets of 40 bytes, or several profiles of 128
  /// KiB, through at once (DESIGN rule 5); the rates are above voice (50/s) and movement (30/s)
  /// together.
  limits::Rate packets{.per_second = 200, .burst = 2'500};
  limits::Rate bytes{.per_second = 64 * 1024, .burst = 512 * 1024};

  /// A profile of 128 KiB and what wraps it (WIRE 7 recommends 64 to 128 KiB).
  std::size_t max_message_bytes = 128UL * 1024 + 1024;

  // What the members of one room hear of one another, whoever says it; times its members, what the
  // room sends (the amplification budget). See FairBudget; a rate of 0: no limit.
  /// Unreliable packets beyond it are dropped: above 150 movers (10/s, 120 bytes) and ten voices.
  limits::Rate unreliable{.per_second = 1024 * 1024, .burst = 1024 * 1024};
  /// Reliable packets beyond it wait, so that several loud senders at once cannot push a reader of
  /// 3 Mbit/s over what may wait for it (limits::OutboxLimits).
  limits::Rate reliable{.per_second = 256 * 1024, .burst = 512 * 1024};
  /// So many bytes wait in one room; then its loudest sender is closed (`rate_limited`).
  std::size_t waiting_bytes = 2UL * 1024 * 1024;

  /// A seat in an island's room ends so long after the end of the player's login, or after a newer
  /// login, for whom it is not; 0: seats do not depend on logins.
  Millis seat_grace{10'000};
  /// So late the end of a login may be heard, after the next one even: tokens made so long before
  /// it are good, too. 0 where the realm is one process, which hears all in order.
  Millis logout_delay{0};
  /// How long an access token is good: so long a player whose login ended is kept out, until it
  /// logs in again.
  Millis token_lifetime{300'000};

  /// How long a packet may wait for others to leave with, by the members of its room: a batch costs
  /// each of them a system call of about 4 us, so no room spends more than a thirtieth of a core on
  /// them, and in a small one nothing waits. 13 ms is what a room of 100 needs.
  Millis most_window{13};
  std::size_t micros_a_member = 130;
  std::size_t small_room = 8;  ///< members
  [[nodiscard]] Millis window(std::size_t members) const {
    auto const millis = static_cast<std::int64_t>(members * micros_a_member / 1'000);
    return members <= small_room ? Millis{0} : std::min(most_window, Millis{millis});
  }

  /// Slow mode: a member's chat messages that come sooner after its last one are dropped
  /// (`rate_limited`). Only then are bodies looked into. 0: off.
  Millis chat_interval{0};

  [[nodiscard]] bool is_open(std::string_view room) const {
    return std::ranges::find(open_rooms, room) != open_rooms.end();
  }
};

inline constexpr std::size_t kMaxRoomIdLength = 64;

/// [0-9A-Za-z._-], 1 to 64 of them: what an island id, a log line and a path can carry as it is.
constexpr bool is_room_id(std::string_view id) {
  if (id.empty() || id.size() > kMaxRoomIdLength) return false;
  for (char const c : id) {
    bool const fine = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '.' || c == '_' || c == '-';
    if (!fine) return false;
  }
  return true;
}

}  // namespace archipelago::rooms
