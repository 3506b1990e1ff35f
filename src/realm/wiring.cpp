// One function for each neighbour.
#include "realm/wiring.hpp"

#include <algorithm>
#include <limits>
#include <thread>

namespace archipelago::realm {
namespace {

constexpr Millis kLogoutDelay{2'000};  // over NATS, from another gateway than the next login
constexpr Millis kMailboxRest{5};      // a fifth of what a newcomer waits for others

/// A rate with the burst in the proportion that the usual one has.
limits::Rate at_rate(std::int64_t per_second, limits::Rate const& usual) {
  auto const factor = static_cast<double>(usual.burst) / usual.per_second;
  auto const burst = std::min(static_cast<double>(per_second) * factor, 4e9);
  return {static_cast<std::uint32_t>(per_second), static_cast<std::uint32_t>(burst)};
}

/// 0 a second: no limit. A burst holds a second's worth at least.
limits::Rate rate(std::int64_t per_second, std::int64_t burst) {
  constexpr auto kNoLimit = std::numeric_limits<std::uint32_t>::max();
  if (per_second == 0) return {kNoLimit, kNoLimit};
  return {static_cast<std::uint32_t>(per_second),
          static_cast<std::uint32_t>(std::max(per_second, burst))};
}

/// 0 stays 0: rooms know it as no limit. The burst is so many seconds' worth.
limits::Rate room_rate(std::int64_t per_second, std::int64_t seconds) {
  return {static_cast<std::uint32_t>(per_second), static_cast<std::uint32_t>(seconds * per_second)};
}

std::size_t or_no_limit(std::int64_t number) {
  return number == 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(number);
}

net::AddressBlocks blocks(std::vector<std::string> const& entries) {
  std::string all;
  for (auto const& entry : entries) all += entry + " ";
  return net::AddressBlocks::parse(all).value();  // each was checked when it was read
}

/// Strangers leave a quarter of all places to players.
std::int64_t most_waiting(Config::Limits const& limits) {
  if (limits.connections == 0) return limits.waiting;
  return std::min(limits.waiting, std::max<std::int64_t>(limits.connections * 3 / 4, 1));
}

void set_door(net::ServerOptions& options, Config::Limits const& limits) {
  options.max_connections = static_cast<std::size_t>(limits.connections);
  options.before_login.total = static_cast<std::size_t>(most_waiting(limits));
  options.before_login.per_address = static_cast<std::size_t>(limits.waiting_per_address);
  auto& rates = options.rates;
  rates.connections = at_rate(limits.connections_per_second, rates.connections);
  rates.connections_per_address =
      at_rate(limits.connections_per_second_per_address, rates.connections_per_address);
  rates.requests_per_address =
      at_rate(limits.requests_per_second_per_address, rates.requests_per_address);
  rates.websockets_per_address =
      at_rate(limits.websockets_per_second_per_address, rates.websockets_per_address);
  options.unlimited = blocks(limits.exempt);
  options.most_lag = Millis(limits.loop_lag_ms);
}

void set_requests(net::HttpLimits& http, Config::Limits const& limits) {
  http.head_time = Millis(limits.head_timeout_ms);
  http.body_time = Millis(limits.body_timeout_ms);
  http.keep_alive = Millis(limits.keep_alive_ms);
  http.head_bytes = static_cast<std::size_t>(limits.head_bytes);
  http.headers = static_cast<std::size_t>(limits.headers);
  http.body_bytes = static_cast<std::size_t>(limits.body_bytes);
}

Millis flush_interval(Config const& config) {
  return Millis(static_cast<std::int64_t>(config.islands.flush_seconds * 1'000));
}

gateway::Dialects dialects(std::string_view name) {
  if (name == "today") return gateway::Dialects::today;
  return name == "bff" ? gateway::Dialects::bff : gateway::Dialects::both;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  if (auto const at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
}

}  // namespace

std::size_t shard_count(Config::Http const& http) {
  if (!http.tls_key.empty()) return 1;
  if (http.shards != 0) return static_cast<std::size_t>(http.shards);
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
}

Config completed(Config config) {
  if (config.realm.version.empty()) config.realm.version = ARCHIPELAGO_VERSION;
  return config;
}

std::chrono::microseconds steady_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

gateway::Options gateway_options(Config const& config, std::string const& id) {
  gateway::Options options;
  options.cluster.id = id;
  options.cluster.batches = config.nats.batches;
  options.cluster.dialects = dialects(config.nats.dialect);
  auto const& limits = config.limits;
  options.max_users = static_cast<std::size_t>(config.realm.max_users);
  options.bff_message_bytes = static_cast<std::size_t>(limits.bff_message_bytes);
  options.logins = {static_cast<std::uint32_t>(limits.logins_per_minute),
                    static_cast<std::uint32_t>(limits.logins_burst)};
  options.heartbeats = rate(limits.heartbeats_per_second, limits.heartbeats_burst);
  options.topic_messages = rate(limits.topic_messages_per_second, limits.topic_messages_burst);
  options.topic_bytes = rate(limits.topic_bytes_per_second, limits.topic_bytes_burst);
  options.control = rate(limits.calls_per_second, limits.calls_burst);
  options.patience = rate(limits.dropped_per_second, 10 * limits.dropped_per_second);
  options.garbage =
      rate(limits.garbage_per_minute, gateway::kGarbageCost * limits.garbage_per_minute);
  options.subscriptions = or_no_limit(limits.subscriptions);
  options.subscriptions_bytes = static_cast<std::size_t>(limits.subscriptions_bytes);
  return options;
}

bus::NatsOptions nats_options(Config const& config, std::string const& id) {
  auto const& nats = config.nats;
  return {.servers = nats.servers,
          .user = nats.user,
          .password = nats.password,
          .credentials = nats.credentials,
          .tls_ca = nats.tls_ca,
          .tls_certificate = nats.tls_certificate,
          .tls_key = nats.tls_key,
          .name = "archipelago " + config.process.role + " " + id,
          .connect_within = Millis(nats.wait_ms)};
}

bus::LeaseOptions lease_options(Config const& config, std::string const& id) {
  bus::LeaseOptions options;
  options.core = id;
  options.bucket = config.nats.bucket;
  options.lease = Millis(config.nats.lease_ms);
  return options;
}

islands::Options island_options(Config const& config) {
  constexpr std::int64_t kMostPlayers = 1'000'000;
  islands::Options options;
  options.flush_interval = flush_interval(config);
  options.heartbeat_expiry = Millis(config.islands.heartbeat_timeout_ms);
  bool const connected_here = config.nats.servers.empty() && config.limits.connections != 0;
  options.max_players = static_cast<std::size_t>(  // every player holds a connection somewhere
      connected_here ? std::min(config.limits.connections, kMostPlayers) : kMostPlayers);
  options.mailbox = mailbox_capacity(config);
  options.mailbox.messages = std::max(options.mailbox.messages, 2 * options.max_players);
  options.mailbox_rest = kMailboxRest;
  options.commit_hash = config.realm.commit_hash;
  return options;
}

bus::Capacity mailbox_capacity(Config const& config) {
  bus::Capacity capacity;
  capacity.bytes = static_cast<std::size_t>(config.limits.mailbox_bytes);
  return capacity;
}

sim::Settings engine_settings(Config const& config) {
  sim::Settings settings;
  settings.policy = config.islands.policy;
  settings.limits.join_distance = static_cast<float>(config.islands.join_distance);
  settings.limits.leave_distance = static_cast<float>(config.islands.leave_distance);
  settings.limits.max_peers = static_cast<std::uint32_t>(config.islands.max_peers);
  settings.churn_budget = config.islands.churn_budget;
  return settings;
}

Millis core_patience(Config const& config) {
  return 3 * flush_interval(config) + Millis(10'000);
}

rooms::Options rooms_options(Config const& config) {
  rooms::Options options;
  auto const seats =
      config.rooms.capacity != 0 ? config.rooms.capacity : (3 * config.islands.max_peers + 1) / 2;
  options.max_members = static_cast<std::size_t>(std::min<std::int64_t>(seats, 1'000));
  options.open_rooms = config.rooms.open;
  auto const& rooms = config.rooms;
  options.packets = rate(rooms.packets_per_second, rooms.packets_burst);
  options.bytes = rate(rooms.bytes_per_second, rooms.bytes_burst);
  options.unreliable = room_rate(rooms.unreliable_bytes_per_second, 1);
  options.reliable = room_rate(rooms.reliable_bytes_per_second, 2);
  options.waiting_bytes =
      std::max<std::size_t>(8UL * options.reliable.per_second, 2 * options.max_message_bytes);
  options.most_window = Millis(rooms.window_ms);
  options.chat_interval = Millis(rooms.chat_interval_ms);
  options.seat_grace = Millis(rooms.seat_grace_ms);
  if (!config.nats.servers.empty()) options.logout_delay = kLogoutDelay;
  options.token_lifetime = Millis(rooms.token_seconds * 1'000);
  return options;
}

auth::RoomKey room_key(Config const& config, Random& random) {
  return config.rooms.secret.empty() ? auth::RoomKey::generate(random)
                                     : auth::RoomKey(config.rooms.secret);
}

rooms::ExtrasOptions extras_options(Config const& config) {
  return {.people = static_cast<std::size_t>(config.simulator.peers),
          .seed = static_cast<std::uint64_t>(config.simulator.seed)};
}

net::ServerOptions server_options(Config const& config) {
  net::ServerOptions options;
  options.host = config.http.host;
  options.port = static_cast<std::uint16_t>(config.http.port);
  options.backlog = static_cast<int>(config.http.backlog);
  options.certificate_file = config.http.tls_certificate;
  options.key_file = config.http.tls_key;
  options.trusted_proxies = blocks(config.http.trusted_proxies);
  options.origins = config.http.origins;
  set_door(options, config.limits);
  set_requests(options.http, config.limits);
  options.websocket.handshake = Millis(config.limits.handshake_timeout_ms);
  options.websocket.ping_after = Millis(config.limits.ping_after_ms);
  options.websocket.cut_after = Millis(config.limits.cut_after_ms);
  options.websocket.control =
      at_rate(config.limits.control_frames_per_second, options.websocket.control);
  options.outbox.hard_bytes = static_cast<std::size_t>(config.limits.backlog_bytes);
  return options;
}

std::string public_path(Config::Http const& http) {
  auto const host = http.public_url.find("://");
  auto const slash =
      host == std::string::npos ? host : http.public_url.find('/', host + std::size("://") - 1);
  auto path = slash == std::string::npos ? std::string() : http.public_url.substr(slash);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::string reachable(std::string const& url) {
  auto text = url;
  replace(text, "://0.0.0.0:", "://127.0.0.1:");
  replace(text, "://[::]:", "://[::1]:");
  return text;
}

}  // namespace archipelago::realm
