// What a logged-in player costs the gateway in memory: sessions, directory and bus, without the
// socket.
#include <memory>
#include <string>
#include <vector>

#include <malloc.h>

#include <benchmark/benchmark.h>

#include "base/log.hpp"
#include "gateway/test_realm.hpp"

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

}  // namespace
}  // namespace archipelago::gateway
