// The table's section [limits]: what the front door lets through, and what a player may do.
#include "net/client_address.hpp"
#include "realm/options_table.hpp"

namespace archipelago::realm {
namespace {

void describe_door(Table option, Config::Limits& limits) {
  option("limits.connections", limits.connections, "Open connections of any kind; 0: no limit.")
      .within(0, 10'000'000);
  option("limits.waiting", limits.waiting,
         "Connections that have not logged in yet, plain HTTP included, from anywhere; never more "
         "than three quarters of limits.connections; 0: no limit.")
      .within(0, 1'000'000);
  option("limits.waiting_per_address", limits.waiting_per_address,
         "Of these, from one IPv4 address or one IPv6 /64; 0: no limit.")
      .within(0, 1'000'000);
  option("limits.connections_per_second", limits.connections_per_second,
         "Connections accepted from anywhere, on average; bursts of twice as many pass; 0: no "
         "limit.")
      .within(0, 1'000'000);
  option("limits.connections_per_second_per_address", limits.connections_per_second_per_address,
         "Connections accepted from one address, on average; bursts of ten times as many pass; 0: "
         "no limit.")
      .within(0, 1'000'000);
  option("limits.requests_per_second_per_address", limits.requests_per_second_per_address,
         "HTTP requests from one address, on average, each 64 KiB of an answer counting as one "
         "more; bursts of ten times as many pass; 0: no limit.")
      .within(0, 1'000'000);
  option(
      "limits.websockets_per_second_per_address", limits.websockets_per_second_per_address,
      "Websockets opened from one address, on average, each of them an attempt to log in; bursts "
      "of ten times as many pass; 0: no limit.")
      .within(0, 1'000'000);
  option("limits.exempt", limits.exempt,
         "Whom no limit per address concerns: a monitor, a load generator.")
      .must(is_address_block, "IP addresses and CIDR blocks");
  option("limits.loop_lag_ms", limits.loop_lag_ms,
         "Milliseconds that a thread may be behind before it refuses further websockets as "
         "overloaded; 0: any.")
      .within(0, 60'000);
}

void describe_requests(Table option, Config::Limits& limits) {
  option("limits.head_timeout_ms", limits.head_timeout_ms,
         "Milliseconds for TLS and the head of a request together; 0: no limit.")
      .within(0, 600'000);
  option("limits.body_timeout_ms", limits.body_timeout_ms,
         "Milliseconds for the body of a request; 0: no limit.")
      .within(0, 600'000);
  option("limits.keep_alive_ms", limits.keep_alive_ms,
         "Milliseconds that an HTTP connection may idle between requests; 0: no limit.")
      .within(0, 3'600'000);
  option("limits.head_bytes", limits.head_bytes, "Largest head of a request.")
      .within(1'024, 1'048'576);
  option("limits.headers", limits.headers, "Most headers of a request.").within(8, 10'000);
  option("limits.body_bytes", limits.body_bytes, "Largest body of a request.")
      .within(1'024, 16'777'216);
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
         "0: no limit.")
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

bool is_address_block(std::string_view text) {
  return net::AddressBlocks::parse(text).has_value();
}

void describe_limits(Table option, Config::Limits& limits) {
  describe_door(option, limits);
  describe_requests(option, limits);
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
  option("limits.control_frames_per_second", limits.control_frames_per_second,
         "Pings and pongs of one connection, on average; bursts of eight times as many pass; 0: no "
         "limit.")
      .within(0, 100'000);
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
