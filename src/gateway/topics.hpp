// Topics that players name -> subjects of the bus, and which of them nobody may name (WIRE 3.2,
// DESIGN rule 3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/result.hpp"

namespace archipelago::gateway {

inline constexpr std::size_t kMaxTopicBytes = 255;
inline constexpr std::size_t kMaxTopicParts = 12;  ///< the bus takes 16, three are ours

/// The topic of heartbeats among the peer topics.
inline constexpr std::string_view kHeartbeatTopic = "heartbeat";

// A topic is one or more non-empty parts between dots, without control characters, within the
// bounds above: if not, all of these fail with `invalid_topic`. `topic` is UTF-8 already.

/// Where a player publishes: client-proto.peer.<own>.<topic>. Error: `forbidden_topic` for `*` or
/// `>` anywhere.
[[nodiscard]] Result<std::string> publish_subject(Address const& own, std::string_view topic);

/// Where peers publish: client-proto.peer.*.<topic>. `*` may be a part and `>` the last one, but
/// never so that the pattern reaches heartbeats: nobody hears where others stand. Error:
/// `forbidden_topic`.
[[nodiscard]] Result<std::string> peer_pattern(std::string_view topic);

/// What services publish: client-proto.<topic>. Errors: `forbidden_topic` for `*` or `>` anywhere,
/// for `peer.…`, and for `<address>.…` of another player; the own address is accepted in any letter
/// case.
[[nodiscard]] Result<std::string> system_subject(Address const& own, std::string_view topic);

/// The text of the RemoteError for a topic that was refused.
[[nodiscard]] std::string topic_refusal(Errc why, std::string_view topic);

}  // namespace archipelago::gateway
