// From the sections [backends], [livekit] and [rooms] to a switchboard.
#include "realm/backends.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapters/fixed.hpp"
#include "adapters/livekit.hpp"
#include "adapters/room_hosts.hpp"
#include "adapters/ws_room.hpp"

namespace archipelago::realm {
namespace {

constexpr std::size_t kMostThreads = 8;  // they wait for answers, they do not compute

std::vector<adapters::Rule> rules_of(Config const& config) {
  std::vector<adapters::Rule> rules;
  rules.reserve(config.backends.rules.size() + 1);
  for (auto const& text : config.backends.rules)
    rules.push_back(adapters::Rule::parse(text).value());  // each was checked when it was read
  if (rules.empty())
    rules.push_back({.kind = config.livekit.hosts.empty() ? "ws-room" : "livekit"});
  return rules;
}

adapters::LiveKitOptions livekit_options(Config::LiveKit const& config) {
  return {.token_lifetime = Millis(config.token_seconds * 1'000),
          .generation = config.tokens == "seed" ? auth::TokenGeneration::seed
                                                : auth::TokenGeneration::current};
}

adapters::SwitchboardOptions switching(Config const& config) {
  return {.slack = static_cast<int>(config.backends.slack_percent),
          .stay = Millis(config.backends.stay_seconds * 1'000),
          .pinned = config.comms.room};
}

}  // namespace

bool wants_livekit(std::vector<std::string> const& rules) {
  return std::ranges::any_of(
      rules, [](auto const& text) { return adapters::Rule::parse(text)->kind == "livekit"; });
}

void Backends::start(std::string const& own) {
  board_.emplace(carriers(own), rules_of(config_), switching(config_), parts_.metrics);
  if (!config_.livekit.hosts.empty() && config_.livekit.check_ms != 0) watch_hosts();
}

std::vector<adapters::Carrier> Backends::carriers(std::string const& own) const {
  std::vector<adapters::Carrier> all;
  add_rooms(all, own);
  all.push_back({.kind = "offline",
                 .name = "offline",
                 .backend = std::make_unique<adapters::Fixed>("offline:offline")});
  add_livekit(all);
  return all;
}

void Backends::add_rooms(std::vector<adapters::Carrier>& all, std::string const& own) const {
  Millis const lifetime(config_.rooms.token_seconds * 1'000);
  adapters::WsRoom const here(own, parts_.key, lifetime, parts_.epoch);
  auto& rooms = all.emplace_back();
  rooms.kind = rooms.name = "ws-room";
  if (parts_.cluster != nullptr) {
    rooms.backend =
        std::make_unique<adapters::RoomHosts>(adapters::RoomHosts::Parts{.loop = parts_.loop,
                                                                         .bus = *parts_.cluster,
                                                                         .metrics = parts_.metrics,
                                                                         .key = parts_.key,
                                                                         .token_lifetime = lifetime,
                                                                         .epoch = parts_.epoch});
  } else {
    rooms.capacity = static_cast<std::size_t>(config_.backends.room_players);
    rooms.backend = std::make_unique<adapters::WsRoom>(here);
  }
  if (!parts_.fill) return;
  all.push_back({.kind = "simulator",
                 .name = "simulator",
                 .backend = std::make_unique<adapters::Simulator>(here, parts_.fill)});
}

void Backends::add_livekit(std::vector<adapters::Carrier>& all) const {
  auth::LiveKitKey const key(config_.livekit.api_key, config_.livekit.api_secret);
  for (auto const& text : config_.livekit.hosts) {
    auto const host = parse_livekit_host(text).value();  // checked when it was read
    all.push_back({.kind = "livekit",
                   .name = host.url,
                   .capacity = host.capacity,
                   .backend = std::make_unique<adapters::LiveKit>(
                       host.url, key, livekit_options(config_.livekit))});
  }
}

void Backends::watch_hosts() {
  std::vector<std::string> urls;
  urls.reserve(config_.livekit.hosts.size());
  for (auto const& text : config_.livekit.hosts) urls.push_back(parse_livekit_host(text)->url);
  pool_ = std::make_unique<WorkerPool>(std::min(urls.size(), kMostThreads), urls.size());
  HostWatch::Parts parts{
      .loop = parts_.loop,
      .metrics = parts_.metrics,
      .submit = [this](Task task) { return pool_->try_submit(std::move(task)); },
      .ask = ask_livekit_host(Millis(config_.livekit.check_timeout_ms), parts_.stop),
      .changed = [this](auto const& url, bool healthy) { board_->set_healthy(url, healthy); }};
  watch_.emplace(std::move(parts), std::move(urls), Millis(config_.livekit.check_ms));
}

Result<std::string> Backends::connection_string(std::string_view island, Address const& player,
                                                WallTime now) {
  if (!board_) return fail(Errc::internal_error, "no backend yet");
  return board_->connection_string(island, player, now);
}

std::vector<std::string> Backends::review(std::span<adapters::IslandFacts const> islands,
                                          Instant now) {
  return board_ ? board_->review(islands, now) : std::vector<std::string>();
}

}  // namespace archipelago::realm
