// How loops over lanes are written and compiled: for any machine of the architecture, and once more
// for x86-64 of today, chosen when the program starts. Sums of products are never contracted
// (-ffp-contract), so all machines agree.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__x86_64__) && defined(__ELF__)
#define ARCHIPELAGO_VECTORISED __attribute__((target_clones("avx2", "default")))
#else
#define ARCHIPELAGO_VECTORISED
#endif
/// For what such a function calls: it is compiled with it.
#define ARCHIPELAGO_INLINE __attribute__((always_inline)) inline

namespace archipelago::engine {

/// Sixteen floats that are worked on at once; the compiler cuts them as the machine can.
struct Lanes {
  using Floats = float __attribute__((ext_vector_type(16)));
  using Mask = std::int32_t __attribute__((ext_vector_type(16)));
  using Bools = bool __attribute__((ext_vector_type(16)));

  /// The first lane is the lowest bit.
  static ARCHIPELAGO_INLINE std::uint32_t bits(Mask const* mask) {
    return std::bit_cast<std::uint16_t>(__builtin_convertvector(*mask, Bools));
  }
};

}  // namespace archipelago::engine
