// Rows of players.
#include "engine/directory.hpp"

namespace archipelago::engine {

Index Directory::find(std::string_view id) const {
  return table_.find(id, names());
}

Index Directory::add(std::string_view id) {
  Index slot = static_cast<Index>(rows_.size());
  if (free_.empty()) {
    make_room(rows_);
    make_room(where_);
    make_room(born_);
    rows_.emplace_back();
    where_.push_back(kNone);
    born_.push_back(0);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  rows_[slot].id = id;
  table_.add(id, slot);
  return slot;
}

void Directory::forget(Index slot) {
  table_.remove(rows_[slot].id, names());
}

void Directory::free(Index slot) {
  rows_[slot] = {};
  born_[slot] = 0;
  free_.push_back(slot);
}

}  // namespace archipelago::engine
