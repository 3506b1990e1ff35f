// The table's section [rooms].
#include <string_view>

#include "realm/options_table.hpp"
#include "rooms/options.hpp"

namespace archipelago::realm {
namespace {

bool is_secret(std::string_view text) {
  return text.empty() || (text.size() >= 16 && text.size() <= 1024);
}

void describe_room_budgets(Table option, Config::Rooms& rooms) {
  option("rooms.packets_per_second", rooms.packets_per_second,
         "Packets that a member may send, on average; 0: no limit.")
      .within(0, 100'000);
  option("rooms.packets_burst", rooms.packets_burst,
         "Packets that a member may send at once; at least a second's worth.")
      .within(1, 1'000'000);
  option("rooms.bytes_per_second", rooms.bytes_per_second,
         "Bytes that a member may send, on average; 0: no limit.")
      .within(0, 1'000'000'000);
  option("rooms.bytes_burst", rooms.bytes_burst,
         "Bytes that a member may send at once; at least a second's worth.")
      .within(1'024, 1'000'000'000);
  option("rooms.unreliable_bytes_per_second", rooms.unreliable_bytes_per_second,
         "Bytes of unreliable packets that each member hears from all others together, half of it "
         "in equal shares; more are dropped. 0: no limit.")
      .within(0, 1'000'000'000);
  option("rooms.reliable_bytes_per_second", rooms.reliable_bytes_per_second,
         "The same of reliable packets; more wait for their turn, up to eight seconds' worth, "
         "and then the loudest sender is closed. 0: no limit.")
      .within(0, 100'000'000);
  option(
      "rooms.chat_interval_ms", rooms.chat_interval_ms,
      "Slow mode: milliseconds between two chat messages of a member; those that come sooner are "
      "dropped (`rate_limited`). Packets are looked into only for this. 0: off.")
      .within(0, 3'600'000);
  option("rooms.window_ms", rooms.window_ms,
         "Most milliseconds that a packet waits for others to leave with, in rooms of 100 members "
         "and more; in smaller ones less, up to eight members nothing waits. 0: nowhere.")
      .within(0, 100);
}

}  // namespace

void describe_rooms(Table option, Config::Rooms& rooms) {
  option("rooms.capacity", rooms.capacity,
         "Most members of one room; 0: half as many again as islands.max_peers, for those who are "
         "just changing islands.")
      .within(0, 1'000);
  option("rooms.open", rooms.open,
         "Rooms that every player who logs in may enter, without an access token.")
      .must(archipelago::rooms::is_room_id,
            "room ids of 1 to 64 letters, digits, dots, dashes and underscores");
  option("rooms.seat_grace_ms", rooms.seat_grace_ms,
         "Milliseconds after a player's logout, or its next login, within which its seats in rooms "
         "of islands end; 0: they do not depend on logins.")
      .within(0, 3'600'000);
  option("rooms.token_seconds", rooms.token_seconds,
         "Seconds within which an assigned player must have entered its room.")
      .within(1, 86'400);
  option("rooms.secret", rooms.secret,
         "Key that signs access tokens of rooms. Unset: a random one for each start, which is "
         "right for a single process.")
      .must(is_secret, "16 to 1024 characters, or nothing")
      .secret();
  describe_room_budgets(option, rooms);
}

}  // namespace archipelago::realm
