// Scenes of those who stay: heartbeats, memory and quiet.
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "load/scenes.hpp"

namespace archipelago::load {
namespace {

constexpr std::size_t kAtOnce = 192;
constexpr std::size_t kBeats = 64;  // different heartbeats of one player, sent in turn
constexpr std::chrono::seconds kPatience{120};
constexpr std::int64_t kMostAhead = 300'000;  // heartbeats under way: 300 of each of 1 000
char const* const kHeard = "archipelago_heartbeats_total";

/// Logs everybody in who is not; who is refused tries again. How often somebody was.
std::size_t log_in(Crowd& crowd) {
  std::vector<Player*> waiting;
  for (auto& player : crowd.players()) waiting.push_back(&player);
  std::size_t inside = 0;
  std::size_t under_way = 0;
  std::size_t refused = 0;
  Progress progress;
  crowd.events.reached = [&](Player& player) {
    if (player.stage != Stage::logged_in) return;
    ++inside;
    --under_way;
  };
  crowd.events.gone = [&](Player& player) {
    --under_way;
    ++refused;
    waiting.push_back(&player);
  };
  auto const step = [&] {
    for (; under_way < kAtOnce && !waiting.empty(); ++under_way) {
      auto& player = *waiting.back();
      waiting.pop_back();
      if (!crowd.connect(player, host_of(player.id))) throw std::runtime_error("no socket left");
    }
    progress.say("logged in: ", inside, " of ", crowd.players().size());
    return inside == crowd.players().size();
  };
  if (!crowd.poll_until(step, kPatience)) throw std::runtime_error("not everybody could log in");
  crowd.events = {};
  return refused;
}

void linger(Crowd& crowd, std::chrono::milliseconds time) {
  auto const start = Clock::now();
  while (Clock::now() - start < time) crowd.poll(std::chrono::milliseconds(5));
}

/// Walkers over a square kilometre: heartbeats made in advance, so that this side keeps up, and of
/// one size (a coordinate of 0 is not sent).
std::string walk(std::uint32_t id, std::size_t beats) {
  std::string all;
  for (std::uint32_t i = 0; i < beats; ++i)
    all += heartbeat(1 + static_cast<float>(id * 37 % 1000) + 0.1F * static_cast<float>(i),
                     1 + static_cast<float>(id * 53 % 1000), id * 2'654'435'761U + i);
  return all;
}

constexpr std::uint32_t kNeighbours = 10;  // stand together
constexpr std::uint32_t kAcross = 20;      // so many groups side by side,
constexpr float kGroups = 400;             // m from one another: nobody else is near
constexpr std::size_t kTurns = 100;        // a heartbeat of each player a second: some every 10 ms
constexpr double kSettling = 5;            // s, more than two flushes

std::string stand(std::uint32_t id) {
  auto const group = id / kNeighbours;
  auto const x =
      kGroups * static_cast<float>(group % kAcross) + static_cast<float>(id % kNeighbours);
  return heartbeat(1 + x, 1 + kGroups * static_cast<float>(group / kAcross), id);
}

std::sig_atomic_t volatile told_to_end = 0;

}  // namespace

boost::json::object heartbeats(Order const& order) {
  ServerView const server(order.port, order.pid);
  auto const identities = make_identities(order.count);
  Crowd crowd(order.port);
  for (auto const& identity : identities) crowd.add(&identity);
  auto const refused = log_in(crowd);
  std::vector<std::string> walks;
  walks.reserve(order.count);
  for (auto const& player : crowd.players()) walks.push_back(walk(player.id, kBeats));
  auto const frame = walks.front().size() / kBeats;

  std::size_t turn = 0;
  std::size_t gone = 0;
  crowd.events.gone = [&](Player&) { ++gone; };
  auto const everybody = [&] {
    auto const from = turn++ * order.batch % kBeats;
    for (auto& player : crowd.players()) {
      if (player.out.empty())  // who has not been heard yet waits
        crowd.send(player,
                   std::string_view(walks[player.id]).substr(from * frame, order.batch * frame));
      if (player.id % 64 == 0) crowd.poll(std::chrono::milliseconds(0));
    }
  };
  // Nobody waits for answers to heartbeats, so the server is asked now and then: who is too far
  // ahead of it would be thrown out for its own haste.
  auto const pause =
      static_cast<double>(order.count * order.batch) / static_cast<double>(order.rate);
  auto const begun_with = server.metric(kHeard);
  std::int64_t ahead = 0;
  auto const look = [&] {
    auto const sent = static_cast<std::int64_t>(turn * order.batch * order.count);
    ahead = sent - (server.metric(kHeard) - begun_with);
  };
  auto const run_for = [&](double seconds) {
    double due = 0;
    double next_look = 0;
    for (auto const start = Clock::now(); seconds_since(start) < seconds; due += pause) {
      while (seconds_since(start) < due || ahead > kMostAhead) {
        crowd.poll(std::chrono::milliseconds(1));
        if (seconds_since(start) > seconds) return;
        if (ahead > kMostAhead) look();
      }
      everybody();
      if (seconds_since(start) < next_look) continue;
      next_look = seconds_since(start) + 0.05;
      look();
    }
  };
  run_for(1);
  auto const before = server.usage();
  auto const heard = server.metric(kHeard);
  auto const positions = server.metric("archipelago_positions_total");
  auto const start = Clock::now();
  run_for(static_cast<double>(order.seconds));
  auto const read = static_cast<double>(server.metric(kHeard) - heard);
  auto const taken = static_cast<double>(server.metric("archipelago_positions_total") - positions);
  auto const wall = seconds_since(start);
  auto const cpu = cpu_seconds(before, server.usage());
  std::cerr << "  heartbeats, " << order.batch << " in a write: " << read << " in " << wall
            << " s\n";
  return {{"connections", order.count},
          {"in_a_write", order.batch},
          {"offered_per_second", order.rate},
          {"closed", refused + gone},
          {"read", read},
          {"taken_by_islands", taken},
          {"wall_seconds", wall},
          {"server_cpu_seconds", cpu},
          {"per_second", read / wall},
          {"per_core_second", read / cpu}};
}

boost::json::object memory(Order const& order) {
  using std::chrono::milliseconds;
  ServerView const server(order.port, order.pid);
  auto const identities = make_identities(order.count);
  Crowd crowd(order.port);
  auto const each = [&](std::int64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(order.count);
  };
  auto const empty = server.usage();
  for (auto const& identity : identities) crowd.add(&identity);
  auto const refused = log_in(crowd);
  linger(crowd, milliseconds(2'000));
  auto const idle = server.usage();
  for (auto& player : crowd.players())
    crowd.send(player, heartbeat(static_cast<float>(player.id * 37 % 5000),
                                 static_cast<float>(player.id * 53 % 5000), player.id));
  linger(crowd, milliseconds(6'000));
  auto const playing = server.usage();
  return {{"connections", order.count},
          {"refused", refused},
          {"rss_empty_bytes", empty.rss_bytes},
          {"rss_logged_in_bytes", idle.rss_bytes},
          {"rss_playing_bytes", playing.rss_bytes},
          {"a_connection_bytes", each(idle.rss_bytes - empty.rss_bytes)},
          {"a_player_on_an_island_bytes", each(playing.rss_bytes - empty.rss_bytes)},
          {"kernel_slab_both_ends_bytes", each(idle.kernel_slab_bytes - empty.kernel_slab_bytes)},
          {"kernel_buffers_both_ends_bytes", each(idle.kernel_tcp_bytes - empty.kernel_tcp_bytes)}};
}

boost::json::object quiet(Order const& order) {
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  auto const identities = make_identities(order.count, order.seed);
  Crowd crowd(order.port);
  for (auto const& identity : identities) crowd.add(&identity);
  auto const refused = log_in(crowd);
  std::vector<std::string> islands(order.count);
  std::size_t told = 0;
  std::size_t changed = 0;
  std::size_t gone = 0;
  crowd.events.island = [&](Player& player) {
    ++told;
    auto& known = islands[player.id];
    if (!known.empty() && known != player.island) ++changed;
    known = player.island;
  };
  crowd.events.gone = [&](Player&) { ++gone; };
  std::size_t turn = 0;
  auto const begun = Clock::now();
  auto const live = [&](double seconds) {
    for (auto const start = Clock::now(); seconds_since(start) < seconds && told_to_end == 0;) {
      crowd.poll(std::chrono::milliseconds(1));
      for (; seconds_since(begun) * kTurns > static_cast<double>(turn); ++turn)
        for (auto id = turn % kTurns; id < order.count; id += kTurns) {
          auto& player = crowd.players()[id];
          if (player.stage == Stage::logged_in) crowd.send(player, stand(player.id));
        }
    }
  };
  auto const homeless = [&] {
    return std::ranges::count_if(islands, [](auto const& id) { return id.empty(); });
  };
  while (homeless() > 0 && told_to_end == 0) live(0.1);
  live(kSettling);
  told = changed = gone = 0;
  std::cout << "settled" << std::endl;
  auto const settled = Clock::now();
  live(static_cast<double>(order.seconds));
  return {{"players", order.count},
          {"refused", refused},
          {"gone", gone},
          {"told", told},
          {"changes_of_island", changed},
          {"seconds", seconds_since(settled)}};
}

}  // namespace archipelago::load
