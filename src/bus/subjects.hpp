// The subjects of WIRE 6, spelled once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.hpp"

namespace archipelago::bus::subjects {

// Today's services.
std::string peer_connect(Address const& peer);
std::string peer_disconnect(Address const& peer);
std::string peer_heartbeat(Address const& peer);
std::string island_changed(Address const& peer);  ///< engine.peer.<address>.island_changed

inline constexpr std::string_view kAnyPeerConnect = "peer.*.connect";
inline constexpr std::string_view kAnyPeerDisconnect = "peer.*.disconnect";
inline constexpr std::string_view kAnyPeerHeartbeat = "peer.*.heartbeat";
inline constexpr std::string_view kAnyIslandChanged = "engine.peer.*.island_changed";
inline constexpr std::string_view kIslands = "engine.islands";
inline constexpr std::string_view kDiscovery = "engine.discovery";

// The BFF era: topics of clients live below client-proto.
std::string client_topic(std::string_view topic);  ///< client-proto.<topic>
std::string client_peer_topic(Address const& peer,
                              std::string_view topic);      ///< client-proto.peer.<address>.<topic>
std::string client_any_peer_topic(std::string_view topic);  ///< client-proto.peer.*.<topic>
std::string client_island_changed(Address const& peer);  ///< client-proto.<address>.island_changed
std::string client_island_peer_join(
    std::string_view island);  ///< client-proto.island.<id>.peer_join

inline constexpr std::string_view kAnyClientHeartbeat = "client-proto.peer.*.heartbeat";
inline constexpr std::string_view kServiceDiscovery = "service.discovery";

// Ours alone, between processes of one realm (proto/archipelago/cluster.proto). `id`: of a process,
// one part of a subject.
std::string cluster_gateway(std::string_view id);
std::string cluster_rooms(std::string_view id);
std::string cluster_login(Address const& peer);
std::string cluster_seat(Address const& peer);

inline constexpr std::string_view kClusterHeartbeats = "cluster.heartbeats";
inline constexpr std::string_view kClusterCore = "cluster.core";
inline constexpr std::string_view kAnyClusterGateway = "cluster.gateway.*";
inline constexpr std::string_view kAnyClusterRooms = "cluster.rooms.*";
inline constexpr std::string_view kAnyClusterLogin = "cluster.login.*";
inline constexpr std::string_view kAnyClusterSeat = "cluster.seat.*";

/// The address part of `peer.<a>.…`, `engine.peer.<a>.…`, `client-proto.peer.<a>.…`,
/// `cluster.login.<a>` and `cluster.seat.<a>`; nothing if it is no address.
std::optional<Address> peer_of(std::string_view subject);

inline constexpr std::size_t kMaxLength = 1'024;  ///< bytes of a subject or pattern on NATS

/// May be published: at most kMaxLength bytes without spaces and control characters; no part is
/// empty or a wildcard.
bool is_subject(std::string_view text) noexcept;
/// May be subscribed: as a subject, but a part may be `*` and the last one `>`.
bool is_pattern(std::string_view text) noexcept;

/// `subject` matches `pattern` by NATS rules. Neither allocates nor assumes well-formed input.
bool matches(std::string_view pattern, std::string_view subject) noexcept;

}  // namespace archipelago::bus::subjects
