// A gateway among others of its realm: what is configured of that (adr/0018).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace archipelago::gateway {

/// Whose subjects are spoken beside ours (WIRE 6).
enum class Dialects : std::uint8_t {
  today,  ///< peer.<a>.heartbeat for all heartbeats
  bff,    ///< client-proto.peer.<a>.heartbeat for all; client-proto.<a>.island_changed is heard
  both,   ///< heartbeats by the protocol in which they came; what `bff` hears as well
};

struct Cluster {
  /// Of this process, one part of a subject, another one after each start: 1 to 64 letters, digits,
  /// dashes and underscores. Empty: the realm is this one process, and nothing here costs anything.
  std::string id{};
  bool batches = true;  ///< heartbeats go many at a time while a core of ours leads
  Dialects dialects = Dialects::both;

  [[nodiscard]] bool alone() const { return id.empty(); }
  [[nodiscard]] bool hears_bff() const { return dialects != Dialects::today; }
};

// Times that all gateways of a realm must agree on within a factor or two.
inline constexpr Millis kCoreLeads{2'000};     ///< after its last CoreStatus
inline constexpr Millis kCoreSilence{10'000};  ///< then a known core is listened to
inline constexpr Millis kKnownCoreSilence{90'000};
inline constexpr Millis kGatewaySilence{3'000};  ///< then its players do not count
inline constexpr Millis kStatusInterval{1'000};
inline constexpr Millis kMostAhead{86'400'000};  ///< of our clock; what claims more is not believed

inline constexpr std::size_t kMostGateways = 1'024;  ///< heard of at once
inline constexpr std::size_t kMostGone = 4'096;      ///< ends of sessions in one status
inline constexpr std::size_t kMaxWishBytes = 128;    ///< as the islands bound it
inline constexpr std::size_t kMaxIslandBytes = 128;  ///< of an island's id

}  // namespace archipelago::gateway
