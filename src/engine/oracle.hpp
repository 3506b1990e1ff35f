// For tests: the rules of ENGINE 1 and 7, by brute force over all pairs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "archipelago/engine.hpp"
#include "engine/disjoint_sets.hpp"
#include "engine/tuning.hpp"

namespace archipelago::engine::oracle {

struct Person {
  Position at;
  std::string island;  ///< now
  std::string before;  ///< after the flush before; empty: none
  bool wishes = false;
};
using People = std::map<std::string, Person>;
using Partition = std::map<std::string, std::string>;  ///< player -> island

inline bool within(Position a, Position b, double limit) {
  double const dx = double{a.x} - b.x, dz = double{a.z} - b.z;
  return dx * dx + dz * dz <= limit * limit;
}

/// Groups of people that `linked` connects.
template <class Linked>
std::vector<std::vector<std::string>> groups(People const& people, Linked linked) {
  std::vector<People::const_iterator> all;
  for (auto p = people.begin(); p != people.end(); ++p) all.push_back(p);
  DisjointSets sets;
  sets.reset(static_cast<std::uint32_t>(all.size()));
  for (std::uint32_t i = 0; i < all.size(); ++i)
    for (std::uint32_t j = 0; j < i; ++j)
      if (linked(all[i]->second, all[j]->second)) sets.unite(i, j);
  std::map<std::uint32_t, std::vector<std::string>> found;
  for (std::uint32_t i = 0; i < all.size(); ++i) found[sets.root(i)].push_back(all[i]->first);
  std::vector<std::vector<std::string>> list;
  for (auto& [root, group] : found) list.push_back(std::move(group));
  return list;
}

/// 2: the core members of an island hang together at leave distance.
inline void check_connected(People const& cores, double leave) {
  std::set<std::string> seen;
  for (auto const &group : groups(cores, [&](Person const& a, Person const& b) {
         return a.island == b.island && within(a.at, b.at, leave);
       }))
    RC_ASSERT(seen.insert(cores.at(group.front()).island).second);
}

/// A pair of the stated graph: within join, or within leave and together before.
inline bool hangs_together(Person const& a, Person const& b) {
  return within(a.at, b.at, 64) ||
         (!a.before.empty() && a.before == b.before && within(a.at, b.at, 80));
}

/// 3: what hangs together is one island if it fits, guests and all.
inline void check_components(People const& cores, Partition const& state, std::uint32_t cap) {
  std::map<std::string, std::size_t> guests;
  for (auto const& [player, island] : state)
    if (!cores.contains(player)) ++guests[island];
  for (auto const& group : groups(cores, hangs_together)) {
    std::set<std::string> islands;
    bool wishes = false;  // who went where it wished parted from those around it
    for (auto const& player : group) {
      islands.insert(cores.at(player).island);
      wishes = wishes || cores.at(player).wishes;
    }
    auto size = group.size();
    for (auto const& island : islands)
      if (auto const g = guests.find(island); g != guests.end()) size += g->second;
    if (size <= cap)
      RC_ASSERT(wishes || islands.size() == 1U);
    else
      RC_ASSERT(islands.size() > 1U);
  }
}

/// 4: no two islands next to each other are left that the rule merges.
inline void check_merges(People const& cores, Partition const& state, Tuning const& tuning) {
  std::map<std::string, Index> sizes;
  for (auto const& [player, island] : state) ++sizes[island];
  for (auto const& [a, x] : cores)
    for (auto const& [b, y] : cores)
      if (x.island < y.island && within(x.at, y.at, 64))
        RC_ASSERT(!tuning.merges(sizes[x.island], sizes[y.island]));
}

}  // namespace archipelago::engine::oracle
