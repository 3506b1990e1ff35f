// Rows by name: an open-addressing table of 32-bit entries. The names stay with the rows' owner,
// who hands in how to read them; it is never iterated into results.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/bodies.hpp"

namespace archipelago::engine {

/// Linear probing, no tombstones: a removal shifts back who follows. It grows by a quarter, so that
/// at most a third of it is empty.
class NameTable {
 public:
  /// kNone if unknown. `name_of(row)` is the name of any row in the table.
  template <class NameOf>
  [[nodiscard]] Index find(std::string_view name, NameOf name_of) const {
    return entries_.empty() ? kNone : entries_[place_of(name, tag_of(name), name_of)].row;
  }

  /// Room for so many more at once.
  void expect(std::size_t more) {
    if (!has_room_for(more)) resize((used_ + more) / 4 * 5 + 16);
  }

  /// The name must be unknown.
  void add(std::string_view name, Index row) {
    if (!has_room_for(1)) resize(entries_.size() / 4 * 5 + 16);
    ++used_;
    insert({row, tag_of(name)});
  }

  /// The name must be known.
  template <class NameOf>
  void remove(std::string_view name, NameOf name_of) {
    auto hole = place_of(name, tag_of(name), name_of);
    for (auto next = after(hole); entries_[next].row != kNone; next = after(next)) {
      auto const home = home_of(entries_[next].tag);
      if (steps(home, next) < steps(hole, next)) continue;  // would come before its home
      entries_[hole] = entries_[next];
      hole = next;
    }
    entries_[hole] = {};
    --used_;
  }

  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  struct Entry {
    Index row = kNone;
    std::uint32_t tag = 0;  ///< of the hash
  };

  static std::uint32_t tag_of(std::string_view name) {
    auto const hash = static_cast<std::uint64_t>(std::hash<std::string_view>{}(name));
    return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
  }
  [[nodiscard]] std::size_t home_of(std::uint32_t tag) const {
    return tag * static_cast<std::uint64_t>(entries_.size()) >> 32U;
  }
  [[nodiscard]] std::size_t after(std::size_t place) const {
    return place + 1 == entries_.size() ? 0 : place + 1;
  }
  /// How far it is from one place on to another.
  [[nodiscard]] std::size_t steps(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + entries_.size() - from;
  }

  /// Where the name is, or where it would go.
  template <class NameOf>
  [[nodiscard]] std::size_t place_of(std::string_view name, std::uint32_t tag,
                                     NameOf name_of) const {
    auto place = home_of(tag);
    while (entries_[place].row != kNone &&
           (entries_[place].tag != tag || name_of(entries_[place].row) != name))
      place = after(place);
    return place;
  }

  void insert(Entry entry) {
    auto place = home_of(entry.tag);
    while (entries_[place].row != kNone) place = after(place);
    entries_[place] = entry;
  }

  [[nodiscard]] bool has_room_for(std::size_t more) const {
    return used_ + more < entries_.size() / 8 * 7;
  }

  void resize(std::size_t n) {
    std::vector<Entry> old(n);
    old.swap(entries_);
    for (auto const& entry : old)
      if (entry.row != kNone) insert(entry);
  }

  std::vector<Entry> entries_;
  std::size_t used_ = 0;
};

}  // namespace archipelago::engine
