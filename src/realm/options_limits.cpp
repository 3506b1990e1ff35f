// Rooms and limits in the table of options.
#include <string_view>

#include "realm/option_table.hpp"
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
}

void describe_topic_limits(Table option, Config::Limits& limits) {
  option("limits.topic_messages_per_second", limits.topic_messages_per_second,
         "Topic messages of one player, on average; 0: no limit.")
      .within(0, 100'000);
  option("limits.topic_messages_burst", limits.topic_messages_burst,
         "Topic messages of one player at once; at least a second's worth.")
      .within(1, 1'000'000);
  option("limits.topic_bytes_per_second", limits.topic_bytes_per_second,
         "Bytes of topic messages of one player, on average; 0: no limit.")
      .within(0, 1'000'000'000);
  option("limits.topic_bytes_burst", limits.topic_bytes_burst,
         "Bytes of topic messages of one player at once; at least a second's worth.")
      .within(1'024, 1'000'000'000);
  option("limits.subscriptions", limits.subscriptions,
         "Topic subscriptions of one BFF login; 0: no limit.")
      .within(0, 10'000);
  option("limits.subscriptions_bytes", limits.subscriptions_bytes,
         "Bytes that may wait in all subscriptions of one login, unread; 0: no limit but each "
         "subscription's own, 256 KiB.")
      .within(0, 1'073'741'824);
}

/// Of one player, whatever it speaks.
void describe_player_limits(Table option, Config::Limits& limits) {
  option(
      "limits.logins_per_minute", limits.logins_per_minute,
      "Logins of one wallet, on average; more are refused and the session that there is stays, so "
      "that two clients do not kick each other for ever. 0: no limit.")
      .within(0, 100'000);
  option("limits.logins_burst", limits.logins_burst, "Logins of one wallet at once.")
      .within(1, 100'000);
  option("limits.heartbeats_per_second", limits.heartbeats_per_second,
         "Heartbeats of one player, on average; 0: no limit.")
      .within(0, 1'000);
  option("limits.heartbeats_burst", limits.heartbeats_burst,
         "Heartbeats of one player at once; at least a second's worth.")
      .within(1, 10'000);
  option("limits.calls_per_second", limits.calls_per_second,
         "Calls and packets of one player that are neither heartbeats nor published, on average; "
         "0: no "
         "limit.")
      .within(0, 100'000);
  option("limits.calls_burst", limits.calls_burst, "Of these, at once; at least a second's worth.")
      .within(1, 1'000'000);
  option("limits.dropped_per_second", limits.dropped_per_second,
         "Messages of one player beyond the limits above that are dropped before it is closed, on "
         "average; ten times as many at once. 0: it is never closed for that.")
      .within(0, 100'000);
  option("limits.garbage_per_minute", limits.garbage_per_minute,
         "Requests of one player that cannot be read before it is closed; 0: no limit.")
      .within(0, 1'000'000);
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

void describe_limits(Table option, Config::Limits& limits) {
  option("limits.connections", limits.connections, "Open connections of any kind; 0: no limit.")
      .within(0, 10'000'000);
  option("limits.waiting", limits.waiting,
         "Connections that have not logged in yet, from anywhere; 0: no limit.")
      .within(0, 1'000'000);
  option("limits.waiting_per_address", limits.waiting_per_address,
         "Of these, from one IPv4 address or one IPv6 /64; 0: no limit.")
      .within(0, 1'000'000);
  option("limits.handshake_timeout_ms", limits.handshake_timeout_ms,
         "Milliseconds from a websocket's opening to a proved login, all steps together.")
      .within(100, 600'000)
      .env("HANDSHAKE_TIMEOUT");
  option("limits.ping_after_ms", limits.ping_after_ms,
         "Milliseconds of silence after which a client is pinged; 0: never.")
      .within(0, 3'600'000);
  option(
      "limits.cut_after_ms", limits.cut_after_ms,
      "Milliseconds of silence, unanswered pings included, after which a client is gone; 0: never.")
      .within(0, 3'600'000);
  option("limits.backlog_bytes", limits.backlog_bytes,
         "Bytes that may wait for one slow reader before it is closed.")
      .within(65'536, 1'073'741'824);
  option("limits.bff_message_bytes", limits.bff_message_bytes,
         "Largest message of a BFF connection.")
      .within(16'384, 104'857'600);
  option("limits.mailbox_bytes", limits.mailbox_bytes,
         "Bytes of messages that may wait for one shard, or for the islands, within the realm; "
         "who comes and goes may fill as much again. 0: no limit.")
      .within(0, 17'179'869'184);
  describe_player_limits(option, limits);
  describe_topic_limits(option, limits);
}

}  // namespace archipelago::realm
