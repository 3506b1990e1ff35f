// Linear probing, no tombstones: a removal shifts back who follows.
#include "engine/directory.hpp"

#include <functional>
#include <utility>

namespace archipelago::engine {

std::uint32_t Directory::tag_of(std::string_view id) {
  auto const hash = static_cast<std::uint64_t>(std::hash<std::string_view>{}(id));
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

/// Where the id is, or where it would go.
std::size_t Directory::place_of(std::string_view id, std::uint32_t tag) const {
  auto const mask = table_.size() - 1;
  auto place = tag & mask;
  while (table_[place].slot != kNone &&
         (table_[place].tag != tag || rows_[table_[place].slot].id != id))
    place = (place + 1) & mask;
  return place;
}

Index Directory::find(std::string_view id) const {
  return table_.empty() ? kNone : table_[place_of(id, tag_of(id))].slot;
}

Index Directory::add(std::string_view id) {
  if (used_ * 4 >= table_.size() * 3) grow();
  Index slot = static_cast<Index>(rows_.size());
  if (free_.empty()) {
    rows_.emplace_back();
    where_.push_back(kNone);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  rows_[slot].id = id;
  auto const tag = tag_of(id);
  table_[place_of(id, tag)] = {slot, tag};
  ++used_;
  return slot;
}

void Directory::forget(Index slot) {
  auto const mask = table_.size() - 1;
  auto hole = place_of(rows_[slot].id, tag_of(rows_[slot].id));
  for (auto next = (hole + 1) & mask; table_[next].slot != kNone; next = (next + 1) & mask) {
    auto const home = table_[next].tag & mask;
    if (((next - home) & mask) < ((next - hole) & mask)) continue;  // would come before its home
    table_[hole] = table_[next];
    hole = next;
  }
  table_[hole] = {};
  --used_;
}

void Directory::free(Index slot) {
  rows_[slot] = {};
  free_.push_back(slot);
}

void Directory::grow() {
  std::vector<Entry> old(table_.empty() ? 16 : table_.size() * 2);
  old.swap(table_);
  auto const mask = table_.size() - 1;
  for (auto const& entry : old) {
    if (entry.slot == kNone) continue;
    auto place = entry.tag & mask;
    while (table_[place].slot != kNone) place = (place + 1) & mask;
    table_[place] = entry;
  }
}

}  // namespace archipelago::engine
