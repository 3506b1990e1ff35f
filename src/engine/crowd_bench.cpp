// engine_bench [PLAYERS [WORLD]]: what a flush costs in every world, first and steady, with memory;
// hostile inputs; and the reference policy beside it, at the sizes that it can do.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <malloc.h>

#include "archipelago/engine.hpp"
#include "engine/crowd_worlds.hpp"

namespace archipelago::engine::bench {
namespace {

constexpr Limits kKnown{.join_distance = 64, .leave_distance = 80};

/// CPU time of this thread, ms: other programs do not count.
double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

double timed(std::function<void()> const& work) {
  auto const start = cpu_ms();
  work();
  return cpu_ms() - start;
}

std::size_t heap_bytes() {
  auto const info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// What the ids alone take: a text and its block each.
double bytes_an_id(World const& world) {
  auto const before = heap_bytes();
  std::vector<std::string> const copy(world.ids().begin(), world.ids().end());
  return static_cast<double>(heap_bytes() - before) / static_cast<double>(copy.size());
}

struct Row {
  double report_ns = 0, first_ms = 0, steady_ms = 0, bytes = 0, work = 0;
  double adopt_ms = 0, taken_ms = 0;  ///< another engine: everybody adopted, and its first flush
};

using Make = std::unique_ptr<Engine> (*)(Hooks);

/// Another engine takes everybody over.
void take_over(Engine const& from, Engine& into, Row& row) {
  struct Told {
    Member member;
    std::string island;
  };
  std::vector<Told> all;
  from.each_island([&](IslandView const& island) {
    for (auto const& m : island.members) all.push_back({m, std::string(island.id)});
  });
  row.adopt_ms = timed([&] {
    for (auto const& [m, island] : all) into.adopt(m.player, m.at, island);
  });
  row.taken_ms = timed([&] { into.flush({}); });
}

Row measure(std::string_view kind, std::size_t players, int flushes, Make make) {
  std::fprintf(stderr, "engine_bench: %zu players, %s\n", players, std::string(kind).c_str());
  World world(kind, players);
  auto const ids = bytes_an_id(world);
  auto const before = heap_bytes();
  std::uint64_t last = 0;
  Hooks const hooks{[&last] { return "I1-" + std::to_string(++last); }, {}};
  auto const engine = make(hooks);
  std::chrono::milliseconds now{};
  auto const n = static_cast<double>(players);
  Row row;
  world.report(*engine);
  row.first_ms = timed([&] { engine->flush(now); });
  std::vector<double> reports, steady;
  for (int i = 0; i < flushes; ++i) {
    world.step();
    reports.push_back(timed([&] { world.report(*engine); }));
    steady.push_back(timed([&] { engine->flush(now += std::chrono::seconds(2)); }));
  }
  std::ranges::sort(reports);
  std::ranges::sort(steady);
  row.report_ns = reports[reports.size() / 2] * 1e6 / n;
  row.steady_ms = steady[steady.size() / 2];
  row.work = static_cast<double>(engine->work()) / n;
  row.bytes = static_cast<double>(heap_bytes() - before) / n - ids;
  auto const next = make(hooks);
  take_over(*engine, *next, row);
  return row;
}

std::unique_ptr<Engine> crowd(Hooks hooks) {
  return make_crowd_engine(kKnown, {}, std::move(hooks));
}
std::unique_ptr<Engine> reference(Hooks hooks) {
  return make_reference_engine(kKnown, std::move(hooks));
}

void print(std::string const& world, std::size_t players, Row const& ours, Row const* theirs) {
  auto const n = static_cast<double>(players);
  std::printf("%-10s %8zu | %9.2f %9.2f %8.1f | %6.0f %6.0f %6.1f | %8.2f %8.2f", world.c_str(),
              players, ours.first_ms, ours.steady_ms, ours.steady_ms * 1e6 / n, ours.report_ns,
              ours.bytes, ours.work, ours.adopt_ms, ours.taken_ms);
  if (theirs != nullptr)
    std::printf(" | %9.1f %9.1f  %6.0fx %6.0fx", theirs->first_ms, theirs->steady_ms,
                theirs->first_ms / ours.first_ms, theirs->steady_ms / ours.steady_ms);
  std::printf("\n");
  std::fflush(stdout);
}

void compare(std::string const& world, std::size_t players) {
  int const flushes = players <= 10'000 ? 40 : players <= 100'000 ? 20 : 9;
  auto const ours = measure(world, players, flushes, crowd);
  constexpr std::size_t kReferenceCan = 10'000;
  if (players > kReferenceCan) return print(world, players, ours, nullptr);
  auto const theirs = measure(world, players, 5, reference);
  print(world, players, ours, &theirs);
}

void run(std::vector<std::size_t> const& sizes, std::string_view only) {
  std::printf(
      "cap 100, join 64, leave 80; all players moving; CPU time of one core, median of flushes; "
      "bytes beyond ids\n"
      "world       players |  first ms steady ms   ns/pl. | report  bytes  work  | takeover: ms | "
      "reference: first, steady ms; times ours\n"
      "                    |                              |  ns/pl.   /pl.   /pl. |   adopt    "
      "first "
      "|\n");
  for (std::string const world : {"city", "plazas", "crowd"})
    for (auto const players : sizes)
      if (only.empty() || only == world) compare(world, players);
  for (std::string const world : {"point", "line", "walls", "corners", "scattered", "flapping"})
    if (only.empty() || only == world)
      print(world, 100'000, measure(world, 100'000, 5, crowd), nullptr);
}

}  // namespace
}  // namespace archipelago::engine::bench

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes{1'000, 10'000, 100'000, 1'000'000};
  if (argc > 1) sizes = {std::strtoull(argv[1], nullptr, 10)};
  archipelago::engine::bench::run(sizes, argc > 2 ? argv[2] : "");
}
