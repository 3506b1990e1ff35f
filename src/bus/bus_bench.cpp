// What a message costs, in process and over a nats-server on this machine: to publish, to deliver,
// and as batches of heartbeats.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>

#include <benchmark/benchmark.h>

#include "archipelago/cluster.pb.h"
#include "base/virtual_loop.hpp"
#include "bus/in_process.hpp"
#include "bus/nats_bus.hpp"
#include "bus/nats_server.hpp"

namespace archipelago::bus {
namespace {

constexpr Capacity kBoundless{.messages = 0, .bytes = 0};

struct InProcess {
  Metrics metrics;
  InProcessBus bus{metrics};
};

/// The way over the server and back.
struct OverNats {
  testing::NatsServer server;
  Metrics metrics;
  std::unique_ptr<NatsBus> owned = *NatsBus::connect({.servers = {server.url()}}, metrics);
  NatsBus& bus = *owned;
};

std::string heartbeats(int count) {
  cluster::Heartbeats batch;
  batch.set_gateway("gateway-1");
  batch.add_islands("I7f3");
  for (int i = 0; i < count; ++i) {
    auto& beat = *batch.add_beats();
    beat.set_address(std::string(20, static_cast<char>(i)));
    beat.set_x(1.5F + static_cast<float>(i));
    beat.set_y(2.5F);
    beat.set_z(3.5F);
    beat.set_told(1);
    beat.set_login(1'764'000'000'000U + static_cast<unsigned>(i));
  }
  return batch.SerializeAsString();
}

/// Messages of `range(0)` heartbeats, from publish() to the handler, 256 messages at a time.
template <class Kind>
void delivery(benchmark::State& state) {
  constexpr int kBurst = 256;
  Kind kind;
  VirtualLoop loop;
  auto const mailbox = kind.bus.open(loop, kBoundless);
  std::int64_t heard = 0;
  auto const subscription = mailbox->subscribe("cluster.*", [&](Message const&) { ++heard; });
  auto const beats = state.range(0);
  auto const payload = heartbeats(static_cast<int>(beats));
  std::int64_t sent = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (int i = 0; i < kBurst; ++i) kind.bus.publish("cluster.heartbeats", payload);
    sent += kBurst;
    while (heard < sent)
      if (loop.run_posted() == 0) std::this_thread::yield();
  }
  state.SetItemsProcessed(sent * beats);
  state.SetBytesProcessed(sent * static_cast<std::int64_t>(payload.size()));
  state.counters["messages"] =
      benchmark::Counter(static_cast<double>(sent), benchmark::Counter::kIsRate);
}
BENCHMARK(delivery<InProcess>)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK(delivery<OverNats>)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();

/// What publish() costs its thread, of a message of `range(0)` heartbeats that nobody hears.
template <class Kind>
void publishing(benchmark::State& state) {
  Kind kind;
  auto const payload = heartbeats(static_cast<int>(state.range(0)));
  std::int64_t sent = 0;
  for ([[maybe_unused]] auto _ : state) {
    kind.bus.publish("cluster.heartbeats", payload);
    if constexpr (std::is_same_v<Kind, OverNats>) {
      if (++sent % 1'024 == 0) {  // else it would only measure how the oldest are dropped
        state.PauseTiming();
        kind.bus.flush(Millis{5'000});
        state.ResumeTiming();
      }
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publishing<InProcess>)->Arg(1)->Arg(256);
BENCHMARK(publishing<OverNats>)->Arg(1)->Arg(256);

/// From publish() to the handler, one message at a time.
template <class Kind>
void way(benchmark::State& state) {
  Kind kind;
  VirtualLoop loop;
  auto const mailbox = kind.bus.open(loop, kBoundless);
  std::int64_t heard = 0;
  auto const subscription = mailbox->subscribe("a", [&](Message const&) { ++heard; });
  std::int64_t sent = 0;
  for ([[maybe_unused]] auto _ : state) {
    kind.bus.publish("a", "here");
    ++sent;
    while (heard < sent)
      if (loop.run_posted() == 0) std::this_thread::yield();
  }
}
BENCHMARK(way<InProcess>)->UseRealTime();
BENCHMARK(way<OverNats>)->UseRealTime();

/// A player comes and goes: a subscription of its own.
template <class Kind>
void subscribing(benchmark::State& state) {
  Kind kind;
  VirtualLoop loop;
  auto const mailbox = kind.bus.open(loop, kBoundless);
  std::uint64_t count = 0;
  for ([[maybe_unused]] auto _ : state) {
    auto subscription = mailbox->subscribe(
        "engine.peer." + std::to_string(++count) + ".island_changed", [](Message const&) {});
    benchmark::DoNotOptimize(subscription);
  }
}
BENCHMARK(subscribing<InProcess>);
BENCHMARK(subscribing<OverNats>);

}  // namespace
}  // namespace archipelago::bus
