// The table of names against a map.
#include "engine/name_table.hpp"

#include <map>
#include <string>
#include <vector>

#include <rapidcheck/gtest.h>

namespace archipelago::engine {
namespace {

RC_GTEST_PROP(NameTable, KnowsWhatAMapKnows, ()) {
  NameTable table;
  std::map<std::string, Index> known;
  std::vector<std::string> names;
  auto const name_of = [&](Index row) -> std::string_view { return names[row]; };
  auto const steps = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 120), rc::gen::arbitrary<bool>()));
  for (auto const& [number, adds] : steps) {
    auto const name = "p" + std::to_string(number);
    auto const found = known.find(name);
    RC_ASSERT(table.find(name, name_of) == (found == known.end() ? kNone : found->second));
    if (adds && found == known.end()) {
      names.push_back(name);
      known[name] = static_cast<Index>(names.size() - 1);
      table.add(name, known[name]);
    } else if (!adds && found != known.end()) {
      table.remove(name, name_of);
      known.erase(found);
    }
    RC_ASSERT(table.size() == known.size());
  }
  for (auto const& [name, row] : known) RC_ASSERT(table.find(name, name_of) == row);
}

TEST(NameTable, KeepsAHundredThousandNames) {
  NameTable table;
  std::vector<std::string> names;
  auto const name_of = [&](Index row) -> std::string_view { return names[row]; };
  for (Index i = 0; i < 100'000; ++i) {
    names.push_back("0x" + std::to_string(i));
    table.add(names.back(), i);
  }
  for (Index i = 0; i < 100'000; i += 2) table.remove(names[i], name_of);
  for (Index i = 0; i < 100'000; ++i)
    ASSERT_EQ(table.find(names[i], name_of), i % 2 == 0 ? kNone : i);
}

}  // namespace
}  // namespace archipelago::engine
