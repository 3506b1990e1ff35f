// Classes of sizes.
#include "islands/size_report.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace archipelago::islands {
namespace {

struct Class {
  Metric metric;
  std::size_t most;
};
constexpr std::array kClasses{
    Class{Metric::islands_of_1, 1},     Class{Metric::islands_of_5, 5},
    Class{Metric::islands_of_20, 20},   Class{Metric::islands_of_50, 50},
    Class{Metric::islands_of_100, 100}, Class{Metric::islands_of_more, SIZE_MAX},
};

}  // namespace

void count_sizes(Snapshot const& snapshot, Metrics& metrics) {
  std::array<std::int64_t, kClasses.size()> counts{};
  for (auto const& island : snapshot.islands) {
    std::size_t at = 0;
    while (island.peers.size() > kClasses.at(at).most) ++at;
    ++counts.at(at);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) metrics.set(kClasses.at(i).metric, counts.at(i));
}

}  // namespace archipelago::islands
