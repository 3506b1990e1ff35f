// A hash for a place in (0, 1), and a weight that bends it.
#include "adapters/rendezvous.hpp"

#include <cmath>
#include <cstdint>

namespace archipelago::adapters {
namespace {

/// FNV-1a, then splitmix64's finalizer: the same on every machine.
std::uint64_t hash(std::string_view island, std::string_view host) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (auto const part : {island, std::string_view("\n"), host})
    for (char const c : part) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

double preference(std::string_view island, std::string_view host, double weight) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53
  auto const share = (static_cast<double>(hash(island, host) >> 11U) + 0.5) / kSteps;
  return -weight / std::log(share);
}

}  // namespace archipelago::adapters
