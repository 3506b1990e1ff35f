// How loops over lanes are written and compiled: for any machine of the architecture, and twice
// more for x86-64 with AVX2 and AVX-512, chosen when the program starts (under TSan only the first:
// it is not there yet when the choice is made). Sums of products are never contracted
// (-ffp-contract), so all machines agree.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__x86_64__) && defined(__ELF__) && !__has_feature(thread_sanitizer)
#define ARCHIPELAGO_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define ARCHIPELAGO_VECTORISED
#endif
/// For what such a function calls: it is compiled with it.
#define ARCHIPELAGO_INLINE __attribute__((always_inline)) inline

namespace archipelago::engine {

/// Sixteen floats that are worked on at once; the compiler cuts them as the machine can.
struct Lanes {
  static constexpr std::uint32_t kCount = 16;
  using Floats = float __attribute__((ext_vector_type(16)));
  using Mask = std::int32_t __attribute__((ext_vector_type(16)));
  using Bools = bool __attribute__((ext_vector_type(16)));

  /// The first lane is the lowest bit.
  static ARCHIPELAGO_INLINE std::uint32_t bits(Mask const* mask) {
    return std::bit_cast<std::uint16_t>(__builtin_convertvector(*mask, Bools));
  }
  static ARCHIPELAGO_INLINE float least(Floats const* lanes) {
    using Eight = float __attribute__((ext_vector_type(8)));
    using Four = float __attribute__((ext_vector_type(4)));
    Eight const a = lanes->lo, b = lanes->hi, eight = a < b ? a : b;
    Four const c = eight.lo, d = eight.hi, four = c < d ? c : d;
    float const left = four.x < four.z ? four.x : four.z;
    float const right = four.y < four.w ? four.y : four.w;
    return left < right ? left : right;
  }
};

}  // namespace archipelago::engine
