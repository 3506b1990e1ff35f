// The searches that look at many at once, against the plain ones.
#include "engine/reach.hpp"

#include <cmath>
#include <vector>

#include <rapidcheck/gtest.h>

#include "engine/linker.hpp"

namespace archipelago::engine {
namespace {

constexpr float kMetres = 80;

/// Near the limit more often than not, where a float cannot tell.
rc::Gen<std::vector<float>> coordinates(std::size_t count, float apart) {
  auto const one = rc::gen::oneOf(
      rc::gen::map(rc::gen::inRange(-3, 4),
                   [apart](int n) { return static_cast<float>(n) * apart; }),
      rc::gen::map(rc::gen::inRange(-2, 3),
                   [](int n) { return std::nextafter(kMetres, static_cast<float>(n) * 1000); }),
      rc::gen::map(rc::gen::inRange(-100'000, 100'001),
                   [](int n) { return static_cast<float>(n) / 512; }));
  return rc::gen::container<std::vector<float>>(count, one);
}

bool covers_plainly(float ax, float az, float bx, float bz) {
  double const dx = double{ax} - bx, dz = double{az} - bz;
  return dx * dx + dz * dz <= double{kMetres} * kMetres;
}

RC_GTEST_PROP(Reach, AllItsSearchesAgreeWithDoubles, ()) {
  Reach const reach(kMetres);
  auto const count = *rc::gen::inRange<std::size_t>(Reach::kBlock, 70);
  auto const x = *coordinates(count, kMetres), z = *coordinates(count, kMetres * 0.6F);
  bool some = false;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bool const near = covers_plainly(x[0] + 1, z[0], x[i], z[i]);
    RC_ASSERT(reach.covers(x[0] + 1, z[0], x[i], z[i]) == near);
    some = some || near;
    if (near && i < Reach::kBlock) bits |= 1U << i;
  }
  RC_ASSERT(reach.covers_any(x[0] + 1, z[0], x.data(), z.data(), count) == some);
  auto first = *rc::gen::inRange<std::size_t>(0, count + 1);
  auto const found = reach.find(x[0] + 1, z[0], x.data(), z.data(), count, first);
  while (first < count && !covers_plainly(x[0] + 1, z[0], x[first], z[first])) ++first;
  RC_ASSERT(found == first);
  RC_ASSERT(reach.covered_bits(x[0] + 1, z[0], x.data(), z.data()) == bits);
}

RC_GTEST_PROP(Linker, FindsTheGroupsThatHangTogether, ()) {
  auto const count = *rc::gen::inRange<std::size_t>(1, 200);  // few and many
  auto const x = *coordinates(count, kMetres), z = *coordinates(count, kMetres * 0.6F);
  DisjointSets sets;
  sets.reset(static_cast<std::uint32_t>(count));
  for (std::uint32_t a = 0; a < count; ++a)
    for (std::uint32_t b = 0; b < a; ++b)
      if (covers_plainly(x[a], z[a], x[b], z[b])) sets.unite(a, b);
  Linker linker;
  auto const groups = linker.link(x, z, Reach(kMetres));
  std::uint32_t next = 0;
  std::vector<std::uint32_t> number(count), sizes;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto const root = sets.root(i);
    if (root == i) {
      number[i] = next++;
      sizes.push_back(0);
    }
    RC_ASSERT(linker.group(i) == number[root]);
    ++sizes[number[root]];
  }
  RC_ASSERT(groups == next);
  for (std::uint32_t g = 0; g < groups; ++g) RC_ASSERT(linker.count(g) == sizes[g]);
}

}  // namespace
}  // namespace archipelago::engine
