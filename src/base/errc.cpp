#include "base/errc.hpp"

#include <array>

namespace archipelago {
namespace {

// Close codes: 1003 wrong kind of data, 1007 undecodable data, 1008 policy, 1009 too big, 1001
// going away, 1011 our fault, 1013 try again later.
constexpr std::array<Reason, static_cast<std::size_t>(Errc::count_)> kReasons{{
    {Errc::malformed_packet, "malformed_packet", 1007, false,
     "the bytes are not a packet of this protocol"},
    {Errc::text_frame, "text_frame", 1003, false,
     "a text frame came where only binary frames are spoken"},
    {Errc::message_too_big, "message_too_big", 1009, false,
     "a message is larger than this endpoint takes"},
    {Errc::unexpected_message, "unexpected_message", 1008, false,
     "a message came out of its order in the handshake, or where none is listened to"},
    {Errc::invalid_utf8, "invalid_utf8", 1007, false, "a text field is not UTF-8"},
    {Errc::bad_address, "bad_address", 1008, false,
     "the claimed address is not 0x and 40 hexadecimal digits"},
    {Errc::invalid_position, "invalid_position", 1008, false,
     "a heartbeat's position is not a finite number; the heartbeat was dropped"},
    {Errc::invalid_topic, "invalid_topic", 1008, false,
     "a topic is empty, too long or has an empty part"},
    {Errc::forbidden_topic, "forbidden_topic", 1008, false,
     "a system topic with a wildcard, or one that belongs to another player"},
    {Errc::rpc_violation, "rpc_violation", 1008, false,
     "a message that the RPC protocol does not allow a client to send"},
    {Errc::bad_request, "bad_request", 1008, false, "an HTTP request that cannot be understood"},
    {Errc::unsupported, "unsupported", 1003, false,
     "a protocol or backend that this program does not speak"},
    {Errc::not_found, "not_found", 1008, false,
     "an HTTP request for a path or method that is not served, or for a websocket's path without "
     "an upgrade"},
    {Errc::forbidden_origin, "forbidden_origin", 1008, false,
     "a browser's page that may not open websockets here"},
    {Errc::malformed_json, "malformed_json", 1008, false,
     "the authentication chain is not JSON in UTF-8"},
    {Errc::malformed_auth_chain, "malformed_auth_chain", 1008, false,
     "the authentication chain has not the documented form, or is too short or too long"},
    {Errc::bad_signature, "bad_signature", 1008, false,
     "a link of the authentication chain is not signed by its authority"},
    {Errc::delegation_expired, "delegation_expired", 1008, false,
     "an ephemeral key of the authentication chain has expired: sign in again"},
    {Errc::wrong_owner, "wrong_owner", 1008, false,
     "the authentication chain belongs to another address than the one claimed"},
    {Errc::challenge_mismatch, "challenge_mismatch", 1008, false,
     "the authentication chain signs something else than this connection's challenge, or uses it "
     "again"},
    {Errc::signature_expired, "signature_expired", 1008, true,
     "a signed request's timestamp is more than a minute old or ahead"},
    {Errc::forbidden_intent, "forbidden_intent", 1008, false,
     "a signed request was signed for something else than to log in here"},
    {Errc::wallet_unverifiable, "wallet_unverifiable", 1013, true,
     "a contract wallet's approval could not be asked for: no Ethereum endpoint is configured, or "
     "it does not answer"},
    {Errc::not_assigned, "not_assigned", 1008, false,
     "the room's access token is missing, expired, for another room or player, or made by a core "
     "that leads no more"},
    {Errc::banned, "banned", 1008, false,
     "the realm's operator does not let this address in, or no longer"},
    {Errc::handshake_timeout, "handshake_timeout", 1008, true,
     "the handshake took longer than its time limit"},
    {Errc::idle_timeout, "idle_timeout", 1008, true,
     "nothing, not even the answer to a ping, came from the client"},
    {Errc::rate_limited, "rate_limited", 1008, true,
     "more messages or bytes than the limits allow"},
    {Errc::slow_consumer, "slow_consumer", 1008, true,
     "the client reads slower than messages for it arrive"},
    {Errc::too_many_connections, "too_many_connections", 1013, true,
     "too many connections are not logged in yet, in total or from one address"},
    {Errc::too_many_subscriptions, "too_many_subscriptions", 1008, false,
     "more topics, ports or open calls than one connection may hold"},
    {Errc::too_many_viewers, "too_many_viewers", 1013, true,
     "the station's feed has as many viewers as it takes, in total or from one address"},
    {Errc::room_full, "room_full", 1013, true, "the room has no free seat"},
    {Errc::realm_full, "realm_full", 1013, true, "the realm has no free place"},
    {Errc::overloaded, "overloaded", 1013, true,
     "the server has more work waiting than it accepts"},
    {Errc::replaced, "replaced", 1008, false, "the same address logged in again elsewhere"},
    {Errc::session_ended, "session_ended", 1008, true,
     "the login that a room's seat belonged to is over, or a newer one has followed: enter with "
     "the "
     "newest connection string"},
    {Errc::shutting_down, "shutting_down", 1001, true, "the server is going away"},
    {Errc::peer_gone, "peer_gone", 1000, true, "the client closed or lost the connection"},
    {Errc::upstream_failed, "upstream_failed", 1013, true,
     "a service that this realm relies on did not answer"},
    {Errc::internal_error, "internal_error", 1011, true,
     "a fault of the server; its log tells more"},
}};

constexpr bool listed_in_order() {
  for (std::size_t i = 0; i < kReasons.size(); ++i)
    if (kReasons[i].code != static_cast<Errc>(i) || kReasons[i].label.empty()) return false;
  return true;
}
static_assert(listed_in_order(), "every Errc needs its row, in order");

}  // namespace

std::span<Reason const> reasons() noexcept {
  return kReasons;
}

Reason const& reason(Errc code) noexcept {
  return kReasons[static_cast<std::size_t>(code)];
}

std::string_view public_text(Errc code) noexcept {
  switch (code) {
    case Errc::bad_address:
    case Errc::malformed_json:
    case Errc::malformed_auth_chain:
    case Errc::bad_signature:
    case Errc::delegation_expired:
    case Errc::wrong_owner:
    case Errc::challenge_mismatch:
      return "Authentication failed";
    default:
      return reason(code).label;
  }
}

}  // namespace archipelago
