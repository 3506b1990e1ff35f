// A deny list of a million entries: read, and asked at a login.
#include <string>

#include <benchmark/benchmark.h>

#include "bans/lists.hpp"
#include "bans/testing.hpp"

namespace archipelago::bans {
namespace {

constexpr unsigned kMillion = 1'000'000;

std::string million() {
  std::string text = R"({"users":[)";
  for (unsigned i = 0; i < kMillion; ++i)
    text +=
        (i == 0 ? R"({"wallet":")" : R"(,{"wallet":")") + testing::player(i * 7919).str() + R"("})";
  return text + "]}";
}

void read_a_million(benchmark::State& state) {
  auto const text = million();
  for (auto _ : state) benchmark::DoNotOptimize(parse_json_list(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_a_million)->Unit(benchmark::kMillisecond);

void look_up_in_a_million(benchmark::State& state) {
  auto const list = parse_json_list(million()).value();
  auto const who = testing::player(4'242);
  for (auto _ : state) benchmark::DoNotOptimize(list.addresses.contains(who));
}
BENCHMARK(look_up_in_a_million);

}  // namespace
}  // namespace archipelago::bans
