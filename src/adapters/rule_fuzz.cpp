// Any text is a rule that can be held against islands, or the word that is wrong with it.
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "adapters/rule.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago::adapters;
  auto const rule = Rule::parse({reinterpret_cast<char const*>(data), size});
  if (!rule) {
    if (rule.error().detail.size() > 100) std::abort();
    return 0;
  }
  if (rule->kind.empty()) std::abort();
  for (std::size_t const players : {std::size_t{0}, std::size_t{60}, std::size_t{1'000'000}})
    for (double const x : {-1e9, 0.0, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
      IslandFacts const island{.id = "I1", .players = players, .x = x, .z = x};
      if (rule->fits(island) && !rule->fits(island, 20)) std::abort();  // slack never takes away
    }
  return 0;
}
