// What the gateway allows; the defaults are DESIGN rule 5.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "gateway/cluster.hpp"
#include "gateway/relogins.hpp"
#include "limits/token_bucket.hpp"

namespace archipelago::gateway {

inline constexpr std::uint32_t kGarbageCost = 60;

struct Options {
  /// Players logged in at once (MAX_USERS); 0: no limit.
  std::size_t max_users = 0;

  std::size_t direct_message_bytes = 16'384;  ///< WIRE 4.1
  std::size_t bff_message_bytes = 1'048'576;  ///< WIRE 2.4
  std::size_t heartbeat_bytes = 1'024;        ///< larger ones are dropped (`message_too_big`)

  // Per player, whatever it speaks. What exceeds them is dropped and counted (`rate_limited`).
  limits::Rate heartbeats{.per_second = 5, .burst = 10};
  limits::Rate topic_messages{.per_second = 50, .burst = 200};
  std::size_t topic_message_bytes = 131'072;  ///< larger ones are refused (`message_too_big`)
  limits::Rate topic_bytes{.per_second = 1'048'576, .burst = 8'388'608};
  limits::Rate control{.per_second = 10, .burst = 100};  ///< everything else that a player asks for
  /// So much that is dropped is borne; beyond, the connection is closed (`rate_limited`).
  limits::Rate patience{.per_second = 100, .burst = 1'000};
  /// Requests that cannot be read, each for kGarbageCost, so that the rate is one by the minute;
  /// beyond, the connection is closed (`malformed_packet`). Bytes that are no packet or frame at
  /// all close it at once (WIRE 2.2, 4.1).
  limits::Rate garbage{.per_second = 5, .burst = 5 * kGarbageCost};

  // Per BFF connection, all frames; beyond, it is closed (`rate_limited`).
  limits::Rate frames_before_login{.per_second = 20, .burst = 100};
  limits::Rate frames{.per_second = 4'000, .burst = 8'000};  ///< mostly acknowledgements

  /// Per BFF connection: GetChallenge and Authenticate; beyond, it is closed (`rate_limited`).
  limits::Rate login_calls{.per_second = 1, .burst = 20};

  /// Per wallet, on all its connections: logins beyond are refused (`rate_limited`).
  LoginRate logins{};

  // Per BFF login and subscription.
  std::size_t subscriptions = 64;
  std::size_t subscription_messages = 50;       ///< waiting in each (WIRE 3.3)
  std::size_t subscription_bytes = 262'144;     ///< waiting in each; a first message always fits
  std::size_t subscriptions_bytes = 1'048'576;  ///< waiting in all of a login; 0: no limit
  /// From the kick of a replaced session to the end of its socket (WIRE 3.4).
  Millis replaced_grace{10'000};
  /// From the end of the port that logged in to the next login on that connection, which has no
  /// place in any budget meanwhile; beyond, it is closed (`handshake_timeout`).
  Millis login_again{10'000};

  Cluster cluster{};
};

}  // namespace archipelago::gateway
