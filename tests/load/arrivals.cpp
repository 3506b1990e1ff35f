// Scenes of coming and going: logins, cycles, first islands.
#include <array>
#include <stdexcept>
#include <thread>

#include "load/scenes.hpp"

namespace archipelago::load {
namespace {

constexpr std::size_t kAtOnce = 192;  // logins under way: the server's queue holds 512
constexpr std::size_t kWarmUp = 300;

/// Keeps `at_once` connections busy until `wanted` of them have got where they should.
class Mill {
 public:
  Mill(std::uint16_t port, std::deque<auth::Identity> const& identities) : crowd_(port) {
    for (std::size_t i = 0; i < kAtOnce; ++i) crowd_.add(nullptr);
    for (auto const& identity : identities) identities_.push_back(&identity);
    crowd_.events.reached = [this](Player& player) {
      if (player.stage == player.goal) finish(player);
    };
    crowd_.events.gone = [this](Player&) { ++refused_; };
  }

  /// `goal(n)`: where the n-th connection turns back.
  void run(std::size_t wanted, std::function<Stage(std::size_t)> goal, std::string_view what) {
    Progress progress;
    goal_ = std::move(goal);
    for (auto const end = done_ + wanted; done_ < end;) {
      for (auto& player : crowd_.players())
        if (player.socket < 0) begin(player);
      crowd_.poll(std::chrono::milliseconds(20));
      progress.say(what, ": ", wanted - (end - std::min(done_, end)), " of ", wanted);
    }
    for (auto& player : crowd_.players()) crowd_.leave(player);
  }

  [[nodiscard]] std::size_t refused() const { return refused_; }

 private:
  void begin(Player& player) {
    auto const number = started_++;
    player.identity = identities_[number % identities_.size()];
    player.goal = goal_(number);
    if (!crowd_.connect(player, host_of(number))) throw std::runtime_error("no socket left");
  }
  void finish(Player& player) {
    ++done_;
    crowd_.leave(player, done_ % 2 == 0);
  }

  Crowd crowd_;
  std::vector<auth::Identity const*> identities_;
  std::function<Stage(std::size_t)> goal_;
  std::size_t started_ = 0;
  std::size_t done_ = 0;
  std::size_t refused_ = 0;
};

Stage all_the_way(std::size_t /*number*/) {
  return Stage::logged_in;
}

/// Both while everybody has gone.
boost::json::object grown(Usage const& before, Usage const& after) {
  return {{"rss_before_bytes", before.rss_bytes},
          {"rss_after_bytes", after.rss_bytes},
          {"rss_grown_bytes", after.rss_bytes - before.rss_bytes},
          {"descriptors_before", before.descriptors},
          {"descriptors_after", after.descriptors}};
}

/// When the server has closed what has been closed here.
Usage at_rest(ServerView const& server) {
  for (auto const start = Clock::now(); seconds_since(start) < 5;) {
    if (server.metric("archipelago_connections") == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return server.usage();
}

}  // namespace

boost::json::object logins(Order const& order) {
  ServerView const server(order.port, order.pid);
  auto const identities = make_identities(2'000);
  Mill mill(order.port, identities);
  mill.run(kWarmUp, all_the_way, "logins, warming up");
  auto const before = server.usage();
  auto const start = Clock::now();
  mill.run(order.count, all_the_way, "logins");
  auto const wall = seconds_since(start);
  auto const cpu = cpu_seconds(before, server.usage());
  return {{"logins", order.count},
          {"refused", mill.refused()},
          {"wall_seconds", wall},
          {"server_cpu_seconds", cpu},
          {"per_second", static_cast<double>(order.count) / wall},
          {"per_core_second", static_cast<double>(order.count) / cpu}};
}

boost::json::object churn(Order const& order) {
  constexpr std::array kTurns{Stage::connected, Stage::upgraded, Stage::challenged,
                              Stage::logged_in};
  auto const goal = [&](std::size_t number) { return kTurns.at(number % kTurns.size()); };
  ServerView const server(order.port, order.pid);
  auto const identities = make_identities(2'003);  // a prime: everybody turns back everywhere
  Mill mill(order.port, identities);
  mill.run(order.count / 10, goal, "cycles, warming up");
  auto const before = at_rest(server);
  auto const start = Clock::now();
  mill.run(order.count, goal, "cycles");
  auto const wall = seconds_since(start);
  auto const after = at_rest(server);
  auto result = grown(before, after);
  result["cycles"] = order.count;
  result["refused"] = mill.refused();
  result["wall_seconds"] = wall;
  result["server_cpu_seconds"] = cpu_seconds(before, after);
  return result;
}

boost::json::object first_island(Order const& order) {
  ServerView const server(order.port, order.pid);
  auto const total = order.rate * order.seconds;
  auto const identities = make_identities(total);
  Crowd crowd(order.port);
  std::vector<double> after_beat;
  std::vector<double> after_connect;
  std::size_t gone = 0;
  for (auto const& identity : identities) crowd.add(&identity);
  auto const place = [](std::uint32_t id) { return static_cast<float>(id * 7919 % 4000); };
  auto const beat = [&](Player& player) {
    crowd.send(player, heartbeat(place(player.id), place(player.id * 31), player.id));
  };
  crowd.events.reached = [&](Player& player) {
    if (player.stage != Stage::logged_in) return;
    player.beat = Clock::now();
    beat(player);
  };
  crowd.events.island = [&](Player& player) {
    if (player.islands != 1) return;
    after_beat.push_back(milliseconds_since(player.beat));
    after_connect.push_back(milliseconds_since(player.began));
  };
  crowd.events.gone = [&](Player&) { ++gone; };
  Progress progress;
  auto const before = server.usage();
  auto const start = Clock::now();
  std::size_t begun = 0;
  std::size_t beaten = 0;  // everybody says once a second where it is
  auto const step = [&] {
    auto const due = std::min(
        total, static_cast<std::size_t>(seconds_since(start) * static_cast<double>(order.rate)));
    for (; begun < due; ++begun) crowd.connect(crowd.players()[begun], host_of(begun));
    for (; beaten + order.rate < begun; ++beaten)
      if (auto& player = crowd.players()[beaten]; player.islands > 0) beat(player);
    progress.say("first islands: ", after_beat.size(), " of ", total);
    return after_beat.size() + gone >= total;
  };
  crowd.poll_until(step, std::chrono::seconds(order.seconds + 10));
  auto const wall = seconds_since(start);
  return {{"players", total},
          {"without_island", total - after_beat.size()},
          {"logins_per_second", static_cast<double>(after_beat.size()) / wall},
          {"server_core_share", cpu_seconds(before, server.usage()) / wall},
          {"after_first_heartbeat_ms", spread_of(after_beat)},
          {"after_connect_ms", spread_of(after_connect)}};
}

}  // namespace archipelago::load
