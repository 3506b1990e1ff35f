// The table: one row an option. docs/CONFIG.md, --help, the file, the environment and all messages
// read it.
#include "realm/options.hpp"

#include <algorithm>

#include <boost/url/parse.hpp>

#include "adapters/ws_room.hpp"
#include "base/ip_address.hpp"
#include "realm/options_table.hpp"
#include "sim/policy.hpp"

namespace archipelago::realm {
namespace {

bool is_plain_text(std::string_view text) {
  return text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x1f && c != 0x7f; });
}

bool is_host(std::string_view text) {
  return text == "localhost" || IpAddress::parse(text).has_value();
}

bool is_url(std::string_view text) {
  if (text.empty()) return true;
  auto const url = boost::urls::parse_absolute_uri({text.data(), text.size()});
  if (url.has_error() || text.size() > 1024) return false;
  auto const scheme = url->scheme_id();
  return (scheme == boost::urls::scheme::http || scheme == boost::urls::scheme::https) &&
         !url->host().empty() && !url->has_userinfo();
}

/// A path is appended.
bool is_check_url(std::string_view text) {
  return is_url(text) && text.find_first_of("?#") == std::string_view::npos;
}

/// Also the base of the rooms' websocket URLs.
bool is_base_url(std::string_view text) {
  if (text.empty()) return true;
  return is_url(text) && text.starts_with("http") && text.find('?') == std::string_view::npos &&
         !adapters::WsRoom::problem_with_base("ws" + std::string(text.substr(4)));
}

bool is_letters_and_digits(std::string_view text) {
  return !text.empty() && text.size() <= 16 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

bool is_realm_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
}

constexpr auto kUrl = "an http:// or https:// URL without user name, or nothing";
constexpr auto kCheckUrl =
    "an http:// or https:// URL without user name, query and fragment, or nothing";
constexpr auto kBaseUrl = "an http:// or https:// URL without user name and query, or nothing";
constexpr auto kPlainText = "a text of at most 256 characters";

bool is_origin(std::string_view text) {
  return is_url(text) && text.find('/', text.find("://") + 3) == std::string_view::npos;
}

void describe_http(Table option, Config::Http& http) {
  option("http.host", http.host, "Address to listen on.")
      .must(is_host, "an IPv4 or IPv6 address, or localhost")
      .flag("--host")
      .env("HTTP_SERVER_HOST");
  option("http.port", http.port, "TCP port for HTTP and websockets; 0 takes any free one.")
      .within(0, 65'535)
      .flag("--port")
      .env("HTTP_SERVER_PORT");
  option("http.public_url", http.public_url,
         "How clients reach this realm, e.g. https://realm.example.org. Unset: what the client "
         "wrote in its Host header, and "
         "the listening address in connection strings.")
      .must(is_base_url, kBaseUrl)
      .flag("--public-url")
      .env("PUBLIC_URL");
  option("http.tls_certificate", http.tls_certificate,
         "PEM file with the certificate chain; turns TLS on.")
      .must(is_plain_text, kPlainText)
      .flag("--tls-certificate");
  option("http.tls_key", http.tls_key, "PEM file with the certificate's private key.")
      .must(is_plain_text, kPlainText)
      .flag("--tls-key");
  option("http.trusted_proxies", http.trusted_proxies, "Proxies whose X-Forwarded-For is believed.")
      .must(is_address_block, "IP addresses and CIDR blocks");
  option("http.shards", http.shards, "Threads that serve connections; 0: one for each core.")
      .within(0, 256)
      .flag("--shards");
  option("http.backlog", http.backlog,
         "Connections that the system holds until they are accepted (its own limit is "
         "net.core.somaxconn).")
      .within(1, 65'535);
  option("http.origins", http.origins,
         "Web pages that may open websockets and read answers; nothing: any. Clients that are no "
         "browsers are not concerned.")
      .must(is_origin, "origins such as https://play.example.org");
  option("http.drain_ms", http.drain_ms,
         "Milliseconds over which connections are closed when the realm ends, so that clients do "
         "not come back all at once; fewer than 100 a second take less.")
      .within(0, 600'000);
  option("http.drain_deadline_ms", http.drain_deadline_ms,
         "Milliseconds after which a realm that ends cuts what is still open.")
      .within(100, 3'600'000);
}

void describe_realm(Table option, Config::Realm& realm) {
  option("realm.name", realm.name, "Name of the realm in /about; letters suit every client.")
      .must(is_realm_name, "1 to 64 letters, digits, dots and dashes")
      .env("REALM_NAME");
  option("realm.eth_network", realm.eth_network,
         "Ethereum network that clients should use (networkId of /about).")
      .one_of({"mainnet", "sepolia", "goerli"})
      .env("ETH_NETWORK");
  option("realm.content_url", realm.content_url,
         "Content server named in /about; nothing: none is named.")
      .must(is_url, kUrl)
      .env("CONTENT_URL");
  option("realm.lambdas_url", realm.lambdas_url,
         "Lambdas server named in /about; nothing: none is named.")
      .must(is_url, kUrl)
      .env("LAMBDAS_URL");
  option("realm.max_users", realm.max_users,
         "From so many players on, nobody more is let in; 0: no limit.")
      .within(0, 1'000'000)
      .env("MAX_USERS");
  option("realm.commit_hash", realm.commit_hash, "Commit hash in /about and /status.")
      .must(is_plain_text, kPlainText)
      .env("COMMIT_HASH");
  option("realm.version", realm.version, "Version in /about and /status.")
      .must(is_plain_text, kPlainText)
      .env("CURRENT_VERSION");
}

void describe_auth(Table option, Config::Auth& auth) {
  option("auth.eth_rpc", auth.eth_rpc,
         "Ethereum JSON-RPC endpoint, asked whether a contract wallet approves a login; nothing: "
         "such logins are refused.")
      .must(is_url, kUrl)
      .flag("--eth-rpc")
      .env("ETH_RPC_URL");
  option("auth.threads", auth.threads, "Threads that verify signatures.").within(1, 64);
  option("auth.queue", auth.queue,
         "Logins that may wait for verification; more are refused as overloaded.")
      .within(1, 100'000);
}

void describe_bans(Table option, Config::Bans& bans) {
  option("bans.file", bans.file,
         "Deny list in a file: an address a line, `# comments`, or the JSON of bans.list_url. Read "
         "again when it changes and on SIGHUP; nothing: none.")
      .must(is_plain_text, kPlainText);
  option("bans.list_url", bans.list_url,
         "Deny list to fetch, {\"users\":[{\"wallet\":\"0x…\"}]}, e.g. "
         "https://config.decentraland.org/denylist.json; nothing: none.")
      .must(is_url, kUrl);
  option("bans.list_seconds", bans.list_seconds,
         "Seconds between two fetches; the last good list stands meanwhile and on errors.")
      .within(5, 86'400);
  option("bans.check_url", bans.check_url,
         "Ban check to ask at logins and for everybody here, GET <url>/users/<address>/bans; "
         "nothing: none.")
      .must(is_check_url, kCheckUrl)
      .env("COMMS_GATEKEEPER_URL");
  option("bans.check_timeout_ms", bans.check_timeout_ms,
         "Milliseconds that the ban check has to answer, and a login waits for it at most.")
      .within(50, 10'000);
  option("bans.check_cache_seconds", bans.check_cache_seconds,
         "Seconds for which an answer of the ban check serves further logins.")
      .within(1, 86'400);
  option("bans.check_sweep_ms", bans.check_sweep_ms,
         "Milliseconds from the end of one round of questions about everybody here to the next.")
      .within(100, 3'600'000)
      .env("BAN_SWEEP_INTERVAL_MS");
  option("bans.on_error", bans.on_error,
         "Logins of whom it cannot be known whether they are banned: let in (open) or refused "
         "(closed).")
      .one_of({"open", "closed"});
}

void describe_islands(Table option, Config::Islands& islands) {
  option("islands.join_distance", islands.join_distance,
         "Metres within which players come together on an island.")
      .within(0.1, 10'000)
      .flag("--join")
      .env("ARCHIPELAGO_JOIN_DISTANCE");
  option("islands.leave_distance", islands.leave_distance,
         "Metres beyond which they part; more than join_distance.")
      .within(0.1, 10'000)
      .flag("--leave")
      .env("ARCHIPELAGO_LEAVE_DISTANCE");
  option("islands.max_peers", islands.max_peers, "Most players on one island.")
      .within(1, 1'000)
      .flag("--max")
      .env("LIVEKIT_ISLAND_SIZE");
  option("islands.flush_seconds", islands.flush_seconds,
         "Seconds between two looks at who is near whom.")
      .within(0.05, 60)
      .env("ARCHIPELAGO_FLUSH_FREQUENCY");
  option("islands.heartbeat_timeout_ms", islands.heartbeat_timeout_ms,
         "Milliseconds without a heartbeat after which a player leaves its island.")
      .within(1'000, 3'600'000)
      .env("CHECK_HEARTBEAT_INTERVAL");
  option("islands.id_prefix", islands.id_prefix, "What island ids begin with.")
      .must(is_letters_and_digits, "1 to 16 letters and digits")
      .env("ROOM_PREFIX");
  auto const policies = sim::policies();
  option("islands.policy", islands.policy, "How islands are made (docs/ENGINE.md).")
      .one_of({policies.begin(), policies.end()})
      .flag("--policy")
      .env("ARCHIPELAGO_POLICY");
  option("islands.churn_budget", islands.churn_budget,
         "Changes of island per player and minute that a better neighbourhood may cost in a crowd.")
      .within(0, sim::kMaxChurnBudget)
      .flag("--churn-budget")
      .env("ARCHIPELAGO_CHURN_BUDGET");
  option("islands.record", islands.record,
         "File that takes down, as a trace for `simulate --trace`, what the islands are told; "
         "nothing: none. A disk that is full or too slow ends the recording, not the realm.")
      .must(is_plain_text, kPlainText)
      .flag("--record");
}

void describe_statistics(Table option, Config::Statistics& statistics) {
  option(
      "statistics.privacy", statistics.privacy,
      "What statistics and the station tell of where players are: positions (exact), the centres "
      "of their parcels (parcel), or nothing (none).")
      .one_of({"exact", "parcel", "none"});
}

void describe_station(Table option, Config::Station& station) {
  option("station.enabled", station.enabled,
         "Serve the station: its page at / and its feed at /station/feed (docs/STATION.md).");
  option("station.viewers", station.viewers,
         "Viewers of the station's feed at a time; more are refused; 0: no limit.")
      .within(0, 100'000);
  option("station.viewers_per_address", station.viewers_per_address,
         "Of these, from one IPv4 address or one IPv6 /64; 0: no limit.")
      .within(0, 100'000);
}

void describe_log(Table option, Config::Log& log) {
  option("log.level", log.level, "Least serious lines to write.")
      .one_of({"debug", "info", "warn", "error"});
  option("log.format", log.format, "How lines look on stderr.").one_of({"text", "json"});
}

}  // namespace

std::vector<Option> options(Config& config) {
  std::vector<Option> rows;
  Table const table(rows);
  describe_process(table, config.process);
  describe_nats(table, config.nats);
  describe_http(table, config.http);
  describe_realm(table, config.realm);
  describe_auth(table, config.auth);
  describe_bans(table, config.bans);
  describe_islands(table, config.islands);
  describe_statistics(table, config.statistics);
  describe_station(table, config.station);
  describe_metrics(table, config.metrics);
  describe_comms(table, config.comms);
  describe_rooms(table, config.rooms);
  describe_backends(table, config.backends);
  describe_simulator(table, config.simulator);
  describe_livekit(table, config.livekit);
  describe_limits(table, config.limits);
  describe_log(table, config.log);
  return rows;
}

}  // namespace archipelago::realm
