// Which points hang together, and at what price where an island is large.
#include "engine/linker.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace archipelago::engine {
namespace {

/// Each once is enough: nobody of the main group looks for the one who is apart.
TEST(Linker, FindsOneWhoIsApartFromManyWithoutAskingThemAll) {
  constexpr std::size_t kPeople = 2000;
  std::vector<float> x(kPeople), z(kPeople, 0);
  for (std::size_t i = 0; i < kPeople; ++i) x[i] = static_cast<float>(i);
  x.back() = 1e6F;
  Linker linker;
  EXPECT_EQ(linker.link(x, z, Reach(80)), 2U);
  EXPECT_EQ(linker.count(linker.group(0)), kPeople - 1);
  EXPECT_LE(linker.take_work(), 3 * kPeople);
}

}  // namespace
}  // namespace archipelago::engine
