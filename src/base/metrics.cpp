// The table of what is counted.
#include "base/metrics.hpp"

#include <utility>

namespace archipelago {
namespace {

constexpr std::string_view kWishes = "archipelago_wishes_total";
constexpr std::string_view kWishesHelp =
    "Wishes for an island (desired_room): asked, and what became of them";

constexpr std::string_view kMoves = "archipelago_island_moves_total";
constexpr std::string_view kMovesHelp =
    "Islands that went to another backend or host, and their players with them: a rule says so, or "
    "the old one failed";
constexpr std::string_view kRoomDrops = "archipelago_room_packets_dropped_total";
constexpr std::string_view kRoomDropsHelp =
    "Room packets dropped, once for each member that would have got them: it reads slowly, or the "
    "sender or the room was over its budget";
constexpr std::string_view kBanFailures = "archipelago_ban_failures_total";
constexpr std::string_view kBanFailuresHelp =
    "Deny lists that could not be read (list: the fetched one) and ban checks without an answer";

constexpr std::string_view kSizes = "archipelago_islands_by_size";
constexpr std::string_view kSizesHelp = "Islands of so many players";
constexpr std::string_view kFlush = "archipelago_flush_seconds";
constexpr std::string_view kFlushHelp =
    "How long the islands work at once: a flush or a placement of newcomers, with all that is told "
    "of it";

constexpr std::array<MetricInfo, static_cast<std::size_t>(Metric::count_)> kInfos{{
    {Metric::connections, "archipelago_connections", MetricKind::gauge,
     "Open websocket connections"},
    {Metric::connections_waiting, "archipelago_connections_waiting", MetricKind::gauge,
     "Connections of any kind that have not logged in, as limits.waiting counts them"},
    {Metric::sessions, "archipelago_sessions", MetricKind::gauge, "Players logged in"},
    {Metric::logins, "archipelago_logins_total", MetricKind::counter, "Successful logins"},
    {Metric::replacements, "archipelago_replacements_total", MetricKind::counter,
     "Sessions that ended because their player logged in again"},
    {Metric::relogins_refused, "archipelago_relogins_refused_total", MetricKind::counter,
     "Logins refused because their player logged in too often"},
    {Metric::heartbeats, "archipelago_heartbeats_total", MetricKind::counter,
     "Heartbeats of players passed on to the islands"},
    {Metric::positions, "archipelago_positions_total", MetricKind::counter,
     "Positions that the islands took over from heartbeats"},
    {Metric::players, "dcl_archipelago_peers_count", MetricKind::gauge,
     "Players placed on islands"},
    {Metric::islands, "dcl_archipelago_islands_count", MetricKind::gauge, "Islands"},
    {Metric::island_changes, "dcl_archipelago_change_island_count", MetricKind::counter,
     "Island changes told to players"},
    {Metric::player_moves, "archipelago_player_moves_total", MetricKind::counter,
     "Of these, those of players who had an island before and went to another one"},
    {Metric::recall_mean, "archipelago_recall_mean", MetricKind::ratio,
     "Of a player's ten nearest within 64 m, the share that is on its island: the mean of those "
     "who "
     "have a neighbour, looked at every 5 s; 1 when nobody has one"},
    {Metric::recall_p10, "archipelago_recall_tenth_percentile", MetricKind::ratio,
     "The same share of the worst-off tenth: a tenth of the players has no more"},
    {Metric::churn, "archipelago_churn_per_player_minute", MetricKind::ratio,
     "Moves from one island to another, by player and minute, over the last minute"},
    {Metric::islands_of_1, kSizes, MetricKind::gauge, kSizesHelp, {"players", "1"}},
    {Metric::islands_of_5, kSizes, MetricKind::gauge, kSizesHelp, {"players", "2-5"}},
    {Metric::islands_of_20, kSizes, MetricKind::gauge, kSizesHelp, {"players", "6-20"}},
    {Metric::islands_of_50, kSizes, MetricKind::gauge, kSizesHelp, {"players", "21-50"}},
    {Metric::islands_of_100, kSizes, MetricKind::gauge, kSizesHelp, {"players", "51-100"}},
    {Metric::islands_of_more, kSizes, MetricKind::gauge, kSizesHelp, {"players", "101+"}},
    {Metric::flushes, "archipelago_flushes_total", MetricKind::counter,
     "Flushes of the island engine"},
    {Metric::flush_micros, "archipelago_flush_microseconds_total", MetricKind::counter,
     "Time spent in flushes and placements"},
    {Metric::placements, "archipelago_placements_total", MetricKind::counter,
     "Times that newcomers were placed between two flushes"},
    {Metric::wishes_asked, kWishes, MetricKind::counter, kWishesHelp, {"outcome", "asked"}},
    {Metric::wishes_honoured, kWishes, MetricKind::counter, kWishesHelp, {"outcome", "honoured"}},
    {Metric::wishes_withdrawn, kWishes, MetricKind::counter, kWishesHelp, {"outcome", "withdrawn"}},
    {Metric::wishes_refused_full,
     kWishes,
     MetricKind::counter,
     kWishesHelp,
     {"outcome", "refused"},
     {"reason", "full"}},
    {Metric::wishes_refused_too_many_guests,
     kWishes,
     MetricKind::counter,
     kWishesHelp,
     {"outcome", "refused"},
     {"reason", "too_many_guests"}},
    {Metric::wishes_refused_unknown_island,
     kWishes,
     MetricKind::counter,
     kWishesHelp,
     {"outcome", "refused"},
     {"reason", "unknown_island"}},
    {Metric::wishes_refused_too_soon,
     kWishes,
     MetricKind::counter,
     kWishesHelp,
     {"outcome", "refused"},
     {"reason", "too_soon"}},
    {Metric::wishes_refused_not_allowed,
     kWishes,
     MetricKind::counter,
     kWishesHelp,
     {"outcome", "refused"},
     {"reason", "not_allowed"}},
    {Metric::wishes_waiting, "archipelago_wishes_waiting", MetricKind::gauge,
     "Wishes for an island that wait for a seat"},
    {Metric::connection_strings, "archipelago_connection_strings_total", MetricKind::counter,
     "Connection strings made for players"},
    {Metric::islands_moved_rule, kMoves, MetricKind::counter, kMovesHelp, {"reason", "rule"}},
    {Metric::islands_moved_failed, kMoves, MetricKind::counter, kMovesHelp, {"reason", "failed"}},
    {Metric::hosts_failed, "archipelago_livekit_hosts_failed", MetricKind::gauge,
     "LiveKit hosts that the health checks hold for failed"},
    {Metric::host_checks, "archipelago_livekit_host_checks_total", MetricKind::counter,
     "Health checks of LiveKit hosts"},
    {Metric::host_check_failures, "archipelago_livekit_host_check_failures_total",
     MetricKind::counter, "Health checks of LiveKit hosts without a good answer in time"},
    {Metric::signed_logins, "archipelago_signed_logins_total", MetricKind::counter,
     "Signed logins (POST /signed-login) answered with a connection string"},
    {Metric::simulated_peers, "archipelago_simulated_peers", MetricKind::gauge,
     "Made-up members of the rooms of the simulator"},
    {Metric::topic_messages, "archipelago_topic_messages_total", MetricKind::counter,
     "Messages published to topics by players"},
    {Metric::topic_messages_dropped, "archipelago_topic_messages_dropped_total",
     MetricKind::counter, "Topic messages dropped because their subscriber's buffer was full"},
    {Metric::bus_messages_dropped, "archipelago_bus_messages_dropped_total", MetricKind::counter,
     "Bus messages dropped because their receiver's mailbox was full"},
    {Metric::bus_vital_dropped, "archipelago_bus_vital_messages_dropped_total", MetricKind::counter,
     "Of these, those that say who came, who went and where a player belongs"},
    {Metric::bus_waiting_bytes, "archipelago_bus_waiting_bytes", MetricKind::gauge,
     "Bytes of bus messages that wait in mailboxes"},
    {Metric::nats_connected, "archipelago_nats_connected", MetricKind::gauge,
     "1 while messages pass over NATS"},
    {Metric::nats_reconnects, "archipelago_nats_reconnects_total", MetricKind::counter,
     "Connections to NATS that took the place of a lost one"},
    {Metric::nats_publish_failures, "archipelago_nats_publish_failures_total", MetricKind::counter,
     "Messages that could not be given to NATS: too big, or too many while it was away"},
    {Metric::nats_slow_consumer, "archipelago_nats_slow_consumer_total", MetricKind::counter,
     "Times that messages from NATS were dropped because this process took them too slowly"},
    {Metric::cluster_leading, "archipelago_cluster_leading", MetricKind::gauge,
     "1 while this core makes the islands"},
    {Metric::cluster_takeovers, "archipelago_cluster_takeovers_total", MetricKind::counter,
     "Times that this core began to make the islands"},
    {Metric::cluster_fenced, "archipelago_cluster_fenced_total", MetricKind::counter,
     "Messages and room tokens refused because they came from a core that leads no more"},
    {Metric::cluster_gateways, "archipelago_cluster_gateways", MetricKind::gauge,
     "Gateways of this realm that are heard of"},
    {Metric::cluster_gateways_lost, "archipelago_cluster_gateways_lost_total", MetricKind::counter,
     "Gateways that fell silent; their players left their islands"},
    {Metric::cluster_room_hosts, "archipelago_cluster_room_hosts", MetricKind::gauge,
     "Room hosts of this realm that are heard of"},
    {Metric::cluster_room_hosts_lost, "archipelago_cluster_room_hosts_lost_total",
     MetricKind::counter, "Room hosts that fell silent; their islands moved to others"},
    {Metric::cluster_batches, "archipelago_cluster_heartbeat_batches_total", MetricKind::counter,
     "Messages that carried the heartbeats of many players"},
    {Metric::cluster_adopted, "archipelago_cluster_adopted_total", MetricKind::counter,
     "Players kept on the island that another core had put them on"},
    {Metric::cluster_retold, "archipelago_cluster_retold_total", MetricKind::counter,
     "Players told of their island again because their gateway had not heard of it"},
    {Metric::cluster_replacements, "archipelago_cluster_replacements_total", MetricKind::counter,
     "Sessions that ended because their player logged in at another gateway"},
    {Metric::outbox_bytes, "archipelago_outbox_bytes", MetricKind::gauge,
     "Bytes of websocket messages that wait until their readers take them"},
    {Metric::rooms, "dcl_ws_rooms_count", MetricKind::gauge, "Rooms with members"},
    {Metric::room_members, "dcl_ws_rooms_connections", MetricKind::gauge, "Members of all rooms"},
    {Metric::room_packets_in, "dcl_ws_rooms_in_messages", MetricKind::counter,
     "Packets received from room members"},
    {Metric::room_bytes_in, "dcl_ws_rooms_in_bytes", MetricKind::counter,
     "Bytes received from room members"},
    {Metric::room_packets_out, "dcl_ws_rooms_out_messages", MetricKind::counter,
     "Packets sent to room members; dropped ones are not among them"},
    {Metric::room_bytes_out, "dcl_ws_rooms_out_bytes", MetricKind::counter,
     "Bytes sent to room members; dropped ones are not among them"},
    {Metric::room_packets_ignored, "dcl_ws_rooms_unknown_sent_messages_total", MetricKind::counter,
     "Packets from room members that a room has no use for"},
    {Metric::room_packets_waiting, "archipelago_room_packets_waiting", MetricKind::gauge,
     "Reliable room packets that wait for their room's budget"},
    {Metric::room_packets_dropped_slow,
     kRoomDrops,
     MetricKind::counter,
     kRoomDropsHelp,
     {"reason", "slow_consumer"}},
    {Metric::room_packets_dropped_rate,
     kRoomDrops,
     MetricKind::counter,
     kRoomDropsHelp,
     {"reason", "rate_limited"}},
    {Metric::room_seats_ended, "archipelago_room_seats_ended_total", MetricKind::counter,
     "Seats taken away because their player's session had ended"},
    {Metric::room_kicks, "dcl_ws_rooms_kicks_total", MetricKind::counter, "Members told to go"},
    {Metric::http_requests, "archipelago_http_requests_total", MetricKind::counter,
     "HTTP requests answered"},
    {Metric::station_viewers, "archipelago_station_viewers", MetricKind::gauge,
     "Viewers of the station's feed"},
    {Metric::station_updates_missed, "archipelago_station_updates_missed_total",
     MetricKind::counter,
     "Updates of the station's feed that a viewer missed because it reads slowly"},
    {Metric::rates_forgotten, "archipelago_rates_forgotten_total", MetricKind::counter,
     "Addresses whose rate was forgotten early because too many others came"},
    {Metric::bans_listed, "archipelago_bans_listed", MetricKind::gauge,
     "Addresses on the deny lists in force: the fetched one and the file"},
    {Metric::ban_list_loaded, "archipelago_ban_list_loaded_timestamp_seconds", MetricKind::gauge,
     "When the deny list was last fetched, in seconds since 1970; 0: never"},
    {Metric::ban_checks, "archipelago_ban_checks_total", MetricKind::counter,
     "Questions to the ban check about one address"},
    {Metric::ban_failures_list,
     kBanFailures,
     MetricKind::counter,
     kBanFailuresHelp,
     {"reason", "list"}},
    {Metric::ban_failures_file,
     kBanFailures,
     MetricKind::counter,
     kBanFailuresHelp,
     {"reason", "file"}},
    {Metric::ban_failures_check,
     kBanFailures,
     MetricKind::counter,
     kBanFailuresHelp,
     {"reason", "check"}},
    {Metric::ban_evictions, "archipelago_ban_evictions_total", MetricKind::counter,
     "Sessions and room seats taken from players who were banned meanwhile"},
}};

constexpr bool listed_in_order() {
  for (std::size_t i = 0; i < kInfos.size(); ++i)
    if (kInfos[i].id != static_cast<Metric>(i) || kInfos[i].name.empty()) return false;
  return true;
}
static_assert(listed_in_order(), "every Metric needs its row, in order");

constexpr std::array kWorkBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                 0.05,   0.1,   0.25,   0.5,   1.0,  2.0};
constexpr std::array kWaitBounds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0};

constexpr std::array<DistributionInfo, static_cast<std::size_t>(Distribution::count_)>
    kDistributions{{
        {Distribution::flush_seconds, kFlush, kFlushHelp, kWorkBounds, {"work", "flush"}},
        {Distribution::placement_seconds, kFlush, kFlushHelp, kWorkBounds, {"work", "placement"}},
        {Distribution::first_island_seconds, "archipelago_first_island_seconds",
         "From a player's login until it is told its first island; what the client takes to say "
         "where it stands is in it",
         kWaitBounds},
        {Distribution::handshake_seconds, "archipelago_handshake_seconds",
         "From a connection's start to its proved login or, in a room, its seat", kWaitBounds},
    }};

constexpr bool distributions_in_order() {
  for (std::size_t i = 0; i < kDistributions.size(); ++i) {
    auto const& row = kDistributions[i];
    bool const fits = !row.bounds.empty() && row.bounds.size() <= Histogram::kMostBounds;
    if (row.id != static_cast<Distribution>(i) || row.name.empty() || !fits) return false;
  }
  return true;
}
static_assert(distributions_in_order(), "every Distribution needs its row, in order");

template <std::size_t... I>
std::array<Histogram, sizeof...(I)> made(std::index_sequence<I...> /*rows*/) noexcept {
  return {Histogram(kDistributions[I].bounds)...};
}

}  // namespace

std::span<MetricInfo const> metric_infos() noexcept {
  return kInfos;
}

std::span<DistributionInfo const> distribution_infos() noexcept {
  return kDistributions;
}

Metrics::Histograms Metrics::histograms() noexcept {
  return made(std::make_index_sequence<static_cast<std::size_t>(Distribution::count_)>());
}

}  // namespace archipelago
