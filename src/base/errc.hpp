// Why anything was refused, dropped or closed: one list, used by logs, metrics, close frames and
// docs/REASONS.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace archipelago {

enum class Errc : std::uint8_t {
  // What a client sent.
  malformed_packet,
  text_frame,
  message_too_big,
  unexpected_message,
  invalid_utf8,
  bad_address,
  invalid_position,
  invalid_topic,
  forbidden_topic,
  rpc_violation,
  bad_request,
  unsupported,
  not_found,
  forbidden_origin,
  // Who a client is.
  malformed_json,
  malformed_auth_chain,
  bad_signature,
  delegation_expired,
  wrong_owner,
  challenge_mismatch,
  signature_expired,
  forbidden_intent,
  wallet_unverifiable,
  not_assigned,
  banned,
  // What a client may use.
  handshake_timeout,
  idle_timeout,
  rate_limited,
  slow_consumer,
  too_many_connections,
  too_many_subscriptions,
  too_many_viewers,
  room_full,
  realm_full,
  overloaded,
  // What the realm did.
  replaced,
  session_ended,
  shutting_down,
  peer_gone,
  upstream_failed,
  internal_error,
  count_
};

/// What a reason means to whoever meets it.
struct Reason {
  Errc code;
  std::string_view label;    ///< metric label, log field and text of the close frame
  std::uint16_t close_code;  ///< RFC 6455 section 7.4
  bool retryable;  ///< true: come back after a jittered pause; false: the same attempt fails again
  std::string_view meaning;  ///< one sentence for operators and client developers
};

/// The whole list, in the order of Errc.
std::span<Reason const> reasons() noexcept;

Reason const& reason(Errc code) noexcept;

/// What a client is told: the label, but only "Authentication failed" for whatever concerns its
/// identity, so that nobody can probe which check failed (AUTHCHAIN 6.6). Log and metrics know
/// more.
std::string_view public_text(Errc code) noexcept;

}  // namespace archipelago
