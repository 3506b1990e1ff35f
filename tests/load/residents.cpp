// Scenes of those who stay: heartbeats and memory.
#include <stdexcept>
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

}  // namespace archipelago::load
