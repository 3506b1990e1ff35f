#include "base/metrics.hpp"

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

constexpr std::array<MetricInfo, static_cast<std::size_t>(Metric::count_)> kInfos{{
    {Metric::connections, "archipelago_connections", true, "Open websocket connections"},
    {Metric::connections_waiting, "archipelago_connections_waiting", true,
     "Connections of any kind that have not logged in, as limits.waiting counts them"},
    {Metric::sessions, "archipelago_sessions", true, "Players logged in"},
    {Metric::logins, "archipelago_logins_total", false, "Successful logins"},
    {Metric::replacements, "archipelago_replacements_total", false,
     "Sessions that ended because their player logged in again"},
    {Metric::relogins_refused, "archipelago_relogins_refused_total", false,
     "Logins refused because their player logged in too often"},
    {Metric::heartbeats, "archipelago_heartbeats_total", false,
     "Heartbeats of players passed on to the islands"},
    {Metric::positions, "archipelago_positions_total", false,
     "Positions that the islands took over from heartbeats"},
    {Metric::players, "dcl_archipelago_peers_count", true, "Players placed on islands"},
    {Metric::islands, "dcl_archipelago_islands_count", true, "Islands"},
    {Metric::island_changes, "dcl_archipelago_change_island_count", false,
     "Island changes told to players"},
    {Metric::flushes, "archipelago_flushes_total", false, "Flushes of the island engine"},
    {Metric::flush_micros, "archipelago_flush_microseconds_total", false,
     "Time spent in flushes and placements"},
    {Metric::placements, "archipelago_placements_total", false,
     "Times that newcomers were placed between two flushes"},
    {Metric::wishes_asked, kWishes, false, kWishesHelp, "asked"},
    {Metric::wishes_honoured, kWishes, false, kWishesHelp, "honoured"},
    {Metric::wishes_withdrawn, kWishes, false, kWishesHelp, "withdrawn"},
    {Metric::wishes_refused_full, kWishes, false, kWishesHelp, "refused", "full"},
    {Metric::wishes_refused_too_many_guests, kWishes, false, kWishesHelp, "refused",
     "too_many_guests"},
    {Metric::wishes_refused_unknown_island, kWishes, false, kWishesHelp, "refused",
     "unknown_island"},
    {Metric::wishes_refused_too_soon, kWishes, false, kWishesHelp, "refused", "too_soon"},
    {Metric::wishes_refused_not_allowed, kWishes, false, kWishesHelp, "refused", "not_allowed"},
    {Metric::wishes_waiting, "archipelago_wishes_waiting", true,
     "Wishes for an island that wait for a seat"},
    {Metric::connection_strings, "archipelago_connection_strings_total", false,
     "Connection strings made for players"},
    {Metric::islands_moved_rule, kMoves, false, kMovesHelp, {}, "rule"},
    {Metric::islands_moved_failed, kMoves, false, kMovesHelp, {}, "failed"},
    {Metric::hosts_failed, "archipelago_livekit_hosts_failed", true,
     "LiveKit hosts that the health checks hold for failed"},
    {Metric::host_checks, "archipelago_livekit_host_checks_total", false,
     "Health checks of LiveKit hosts"},
    {Metric::host_check_failures, "archipelago_livekit_host_check_failures_total", false,
     "Health checks of LiveKit hosts without a good answer in time"},
    {Metric::signed_logins, "archipelago_signed_logins_total", false,
     "Signed logins (POST /signed-login) answered with a connection string"},
    {Metric::simulated_peers, "archipelago_simulated_peers", true,
     "Made-up members of the rooms of the simulator"},
    {Metric::topic_messages, "archipelago_topic_messages_total", false,
     "Messages published to topics by players"},
    {Metric::topic_messages_dropped, "archipelago_topic_messages_dropped_total", false,
     "Topic messages dropped because their subscriber's buffer was full"},
    {Metric::bus_messages_dropped, "archipelago_bus_messages_dropped_total", false,
     "Bus messages dropped because their receiver's mailbox was full"},
    {Metric::bus_vital_dropped, "archipelago_bus_vital_messages_dropped_total", false,
     "Of these, those that say who came, who went and where a player belongs"},
    {Metric::bus_waiting_bytes, "archipelago_bus_waiting_bytes", true,
     "Bytes of bus messages that wait in mailboxes"},
    {Metric::rooms, "dcl_ws_rooms_count", true, "Rooms with members"},
    {Metric::room_members, "dcl_ws_rooms_connections", true, "Members of all rooms"},
    {Metric::room_packets_in, "dcl_ws_rooms_in_messages", false,
     "Packets received from room members"},
    {Metric::room_bytes_in, "dcl_ws_rooms_in_bytes", false, "Bytes received from room members"},
    {Metric::room_packets_out, "dcl_ws_rooms_out_messages", false,
     "Packets sent to room members; dropped ones are not among them"},
    {Metric::room_bytes_out, "dcl_ws_rooms_out_bytes", false,
     "Bytes sent to room members; dropped ones are not among them"},
    {Metric::room_packets_ignored, "dcl_ws_rooms_unknown_sent_messages_total", false,
     "Packets from room members that a room has no use for"},
    {Metric::room_packets_waiting, "archipelago_room_packets_waiting", true,
     "Reliable room packets that wait for their room's budget"},
    {Metric::room_packets_dropped_slow, kRoomDrops, false, kRoomDropsHelp, {}, "slow_consumer"},
    {Metric::room_packets_dropped_rate, kRoomDrops, false, kRoomDropsHelp, {}, "rate_limited"},
    {Metric::room_seats_ended, "archipelago_room_seats_ended_total", false,
     "Seats taken away because their player's session had ended"},
    {Metric::room_kicks, "dcl_ws_rooms_kicks_total", false, "Members told to go"},
    {Metric::http_requests, "archipelago_http_requests_total", false, "HTTP requests answered"},
    {Metric::rates_forgotten, "archipelago_rates_forgotten_total", false,
     "Addresses whose rate was forgotten early because too many others came"},
    {Metric::bans_listed, "archipelago_bans_listed", true,
     "Addresses on the deny lists in force: the fetched one and the file"},
    {Metric::ban_list_loaded, "archipelago_ban_list_loaded_timestamp_seconds", true,
     "When the deny list was last fetched, in seconds since 1970; 0: never"},
    {Metric::ban_checks, "archipelago_ban_checks_total", false,
     "Questions to the ban check about one address"},
    {Metric::ban_failures_list, kBanFailures, false, kBanFailuresHelp, {}, "list"},
    {Metric::ban_failures_file, kBanFailures, false, kBanFailuresHelp, {}, "file"},
    {Metric::ban_failures_check, kBanFailures, false, kBanFailuresHelp, {}, "check"},
    {Metric::ban_evictions, "archipelago_ban_evictions_total", false,
     "Sessions and room seats taken from players who were banned meanwhile"},
}};

constexpr bool listed_in_order() {
  for (std::size_t i = 0; i < kInfos.size(); ++i)
    if (kInfos[i].id != static_cast<Metric>(i) || kInfos[i].name.empty()) return false;
  return true;
}
static_assert(listed_in_order(), "every Metric needs its row, in order");

}  // namespace

std::span<MetricInfo const> metric_infos() noexcept {
  return kInfos;
}

}  // namespace archipelago
