// What an operator can set. The values and their defaults; options.cpp declares each with its name,
// range and help.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace archipelago::realm {

struct Config {
  struct Http {
    std::string host = "127.0.0.1";
    std::int64_t port = 8000;
    std::string public_url;
    std::string tls_certificate;
    std::string tls_key;
    std::vector<std::string> trusted_proxies;
    std::int64_t shards = 0;
    std::int64_t backlog = 1'024;
    std::vector<std::string> origins;
    std::int64_t drain_ms = 3'000;
    std::int64_t drain_deadline_ms = 10'000;
  } http;

  struct Realm {
    std::string name = "archipelago";
    std::string eth_network = "mainnet";
    std::string content_url = "https://peer.decentraland.org/content/";
    std::string lambdas_url = "https://peer.decentraland.org/lambdas/";
    std::int64_t max_users = 0;
    std::string commit_hash;
    std::string version;
  } realm;

  struct Auth {
    std::string eth_rpc;
    std::int64_t threads = 1;
    std::int64_t queue = 512;
  } auth;

  struct Bans {
    std::string file;
    std::string list_url;
    std::int64_t list_seconds = 300;
    std::string check_url;
    std::int64_t check_timeout_ms = 1'000;
    std::int64_t check_cache_seconds = 60;
    std::int64_t check_sweep_ms = 30'000;
    std::string on_error = "open";
  } bans;

  struct Islands {
    double join_distance = 80;    ///< metres
    double leave_distance = 100;  ///< metres, above join_distance
    std::int64_t max_peers = 100;
    double flush_seconds = 2;
    std::int64_t heartbeat_timeout_ms = 60'000;
    std::string id_prefix = "I";
    std::string policy = "crowd";
    double churn_budget = 0.3;  ///< changes of island per player-minute
    std::string record;         ///< file
  } islands;

  struct Station {
    bool enabled = true;
    std::int64_t viewers = 200;
    std::int64_t viewers_per_address = 50;
  } station;

  struct Statistics {
    std::string privacy = "exact";
  } statistics;

  struct Metrics {
    std::string path = "/metrics";
    std::string token;
  } metrics;

  struct Process {
    std::string role = "all";
  } process;

  struct Nats {
    std::vector<std::string> servers;  ///< none: the realm is this one process
    std::string user;
    std::string password;
    std::string credentials;  ///< file
    std::string tls_ca;       ///< file, as the next two
    std::string tls_certificate;
    std::string tls_key;
    std::int64_t wait_ms = 30'000;
    std::string dialect = "both";
    bool batches = true;
    bool standby = true;
    std::int64_t lease_ms = 600;
    std::string bucket = "archipelago";
  } nats;

  struct Rooms {
    std::int64_t capacity = 0;
    std::vector<std::string> open;
    std::int64_t packets_per_second = 200;
    std::int64_t packets_burst = 2'500;
    std::int64_t bytes_per_second = 65'536;
    std::int64_t bytes_burst = 524'288;
    std::int64_t unreliable_bytes_per_second = 1'048'576;
    std::int64_t reliable_bytes_per_second = 262'144;
    std::int64_t window_ms = 13;
    std::int64_t chat_interval_ms = 0;
    std::int64_t seat_grace_ms = 10'000;
    std::int64_t token_seconds = 300;
    std::string secret;
  } rooms;

  struct Comms {
    std::string mode = "archipelago";
    std::string adapter;
    std::string room = "lobby";
  } comms;

  struct Backends {
    std::vector<std::string> rules;
    std::int64_t slack_percent = 20;
    std::int64_t stay_seconds = 30;
    std::int64_t room_players = 0;
  } backends;

  struct Simulator {
    std::int64_t peers = 10;
    std::int64_t seed = 1;
  } simulator;

  struct LiveKit {
    std::vector<std::string> hosts;
    std::string api_key;
    std::string api_secret;
    std::int64_t token_seconds = 300;
    std::string tokens = "current";
    std::int64_t check_ms = 5'000;
    std::int64_t check_timeout_ms = 2'000;
  } livekit;

  struct Limits {
    std::int64_t connections = 20'000;
    std::int64_t waiting = 2'048;
    std::int64_t waiting_per_address = 512;
    std::int64_t connections_per_second = 4'000;
    std::int64_t connections_per_second_per_address = 100;
    std::int64_t requests_per_second_per_address = 100;
    std::int64_t websockets_per_second_per_address = 50;
    std::vector<std::string> exempt;
    std::int64_t loop_lag_ms = 500;
    std::int64_t head_timeout_ms = 5'000;
    std::int64_t body_timeout_ms = 10'000;
    std::int64_t keep_alive_ms = 30'000;
    std::int64_t head_bytes = 8'192;
    std::int64_t headers = 64;
    std::int64_t body_bytes = 65'536;
    std::int64_t handshake_timeout_ms = 15'000;
    std::int64_t ping_after_ms = 4'000;
    std::int64_t cut_after_ms = 7'000;
    std::int64_t control_frames_per_second = 4;
    std::int64_t backlog_bytes = 1'048'576;
    std::int64_t logins_per_minute = 4;
    std::int64_t logins_burst = 20;
    std::int64_t heartbeats_per_second = 5;
    std::int64_t heartbeats_burst = 10;
    std::int64_t topic_messages_per_second = 50;
    std::int64_t topic_messages_burst = 200;
    std::int64_t topic_bytes_per_second = 1'048'576;
    std::int64_t topic_bytes_burst = 8'388'608;
    std::int64_t calls_per_second = 10;
    std::int64_t calls_burst = 100;
    std::int64_t dropped_per_second = 100;
    std::int64_t garbage_per_minute = 5;
    std::int64_t subscriptions = 64;
    std::int64_t subscriptions_bytes = 1'048'576;
    std::int64_t mailbox_bytes = 67'108'864;
    std::int64_t bff_message_bytes = 1'048'576;
  } limits;

  struct Log {
    std::string level = "info";
    std::string format = "text";
  } log;
};

/// A wrong configuration: what() is one line that names the option, the value, where it came from
/// and what is allowed.
class ConfigError : public std::runtime_error {
 public:
  /// Control characters of the message (a file's bytes may be quoted in it) become '?'.
  explicit ConfigError(std::string message);
};

/// What the outside handed in, weakest first: file, environment, flags.
struct ConfigSources {
  std::string file_name;  ///< for messages; "" = no file
  std::string file_text;  ///< TOML
  std::function<std::optional<std::string>(std::string const&)>
      environment;                           ///< empty: none; empty values count as unset
  std::map<std::string, std::string> flags;  ///< option name -> text as typed
};

struct LoadedConfig {
  Config config;
  std::map<std::string, std::string>
      origins;  ///< option name -> "default", "file X", "environment Y" or "flag --z"
};

/// Throws ConfigError for the first thing that is wrong. Pure: reads nothing but its argument.
LoadedConfig load_config(ConfigSources const& sources);

/// The file's bytes; throws ConfigError when it cannot be read or is larger than 1 MiB.
std::string read_config_file(std::filesystem::path const& path);

/// The process environment.
std::optional<std::string> process_environment(std::string const& name);

}  // namespace archipelago::realm
