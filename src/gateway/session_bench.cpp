// What a logged-in player costs the gateway: in memory (sessions, directory and bus, without the
// socket), and with each heartbeat.
#include <memory>
#include <string>
#include <vector>

#include <malloc.h>

#include <benchmark/benchmark.h>

#include "base/log.hpp"
#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

std::size_t heap() {
  return mallinfo2().uordblks;
}

Address numbered(std::size_t number) {
  auto digits = std::to_string(number);
  return *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits);
}

template <class Player>
void memory_of_players(benchmark::State& state) {
  log::set_level(log::Level::error);
  auto const count = static_cast<std::size_t>(state.range(0));
  double bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    testing::TestRealm realm;
    std::vector<std::unique_ptr<net::FakeConnection>> lines;
    auto const start = heap();
    for (std::size_t i = 0; i < count; ++i)
      lines.push_back(std::make_unique<net::FakeConnection>(realm.loop));
    auto const lines_alone = heap() - start;
    lines.clear();
    lines.shrink_to_fit();
    std::vector<std::unique_ptr<Player>> players;
    auto const before = heap();
    for (std::size_t i = 0; i < count; ++i) {
      players.push_back(std::make_unique<Player>(realm));
      players.back()->log_in(numbered(i));
      players.back()->connection.take();
      players.back()->connection.deliveries = {};
      (void)realm.heard();
      realm.verifier.attempts = {};
    }
    bytes = static_cast<double>(heap() - before - lines_alone) / static_cast<double>(count);
  }
  state.counters["bytes_per_player"] = bytes;
}
BENCHMARK(memory_of_players<testing::DirectPlayer>)
    ->Name("memory_of_direct_players")
    ->Arg(10'000)
    ->Iterations(1);
BENCHMARK(memory_of_players<testing::RpcPlayer>)
    ->Name("memory_of_bff_players")
    ->Arg(2'000)
    ->Iterations(1);

/// A session of a player that may say what it likes, and nobody who hears.
class Speaker final : SessionClient {
 public:
  Speaker(Shard const& shard, Loop& loop, Address const& who)
      : connection_(loop),
        session_(Session::begin(shard, connection_, who, *this, "bench").value()) {}

  void beat(float x) {
    beat_.mutable_position()->set_x(x);
    (void)session_->heartbeat(beat_, bytes_, Dialect::direct);
  }

 private:
  void on_island_changed(std::string_view /*message*/) override {}
  void on_kicked(Errc /*why*/) override {}

  net::FakeConnection connection_;
  testing::v3::Heartbeat beat_ = testing::heartbeat_at(1, 2);
  std::string bytes_ = wire::encode(beat_);
  std::unique_ptr<Session> session_;
};

Options unlimited(bool in_cluster) {
  Options options{.heartbeats = {.per_second = 1'000'000'000, .burst = 1'000'000'000}};
  if (in_cluster) options.cluster.id = "bench";
  return options;
}

/// Everything that a heartbeat costs between its decoding and the bus, where nobody listens: the
/// batches' encoding as well.
void heartbeats(benchmark::State& state, bool in_cluster) {
  log::set_level(log::Level::error);
  Metrics metrics;
  VirtualLoop loop;
  bus::InProcessBus bus{metrics};
  auto const mailbox = bus.open(loop, {});
  auto const options = unlimited(in_cluster);
  Directory directory(bus, metrics, 0, {}, {}, {.id = options.cluster.id, .sessions = {}});
  auth::FakeLoginVerifier verifier;
  SeededRandom random{7};
  NewestEpoch newest;
  ClusterShard cluster(options.cluster, loop, *mailbox, bus, newest, metrics);
  Shard const shard{options,  directory, bus,     *mailbox,
                    verifier, random,    metrics, in_cluster ? &cluster : nullptr};
  std::vector<std::unique_ptr<Speaker>> players;
  for (std::size_t i = 0; i < 300; ++i)
    players.push_back(std::make_unique<Speaker>(shard, loop, numbered(i)));
  for ([[maybe_unused]] auto _ : state) {
    state.PauseTiming();
    bus.publish(bus::subjects::kClusterCore, testing::core_status(testing::kEpoch));
    loop.run_posted();
    state.ResumeTiming();
    for (auto const& player : players) player->beat(3);
    loop.advance(HeartbeatSender::kDelay);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(players.size()));
}
BENCHMARK_CAPTURE(heartbeats, one_process, false);
BENCHMARK_CAPTURE(heartbeats, in_batches, true);

}  // namespace
}  // namespace archipelago::gateway
