// Rows of islands, ids and aliases.
#include "engine/island_table.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::engine {

void IslandTable::expect(std::size_t count) {
  by_id_.expect(count);
  auto const most = rows_.size() + count - std::min(count, free_.size());
  if (most > rows_.capacity()) rows_.reserve(most + most / 32);
}

/// An id that was adopted before it was given out here is passed over.
Index IslandTable::create() {
  auto id = new_id_();
  while (is_taken(id)) id = new_id_();
  return add(std::move(id));
}

Index IslandTable::adopt(std::string_view id) {
  auto const row = add(std::string(id));
  rows_[row].adopted = true;
  return row;
}

bool IslandTable::is_taken(std::string_view id) const {
  return find(id) != kNone || (!aliases_.empty() && aliases_.contains(std::string(id)));
}

Index IslandTable::add(std::string id) {
  Index row = row_count();
  if (free_.empty()) {
    if (rows_.size() == rows_.capacity()) rows_.reserve(rows_.size() + rows_.size() / 2 + 16);
    rows_.emplace_back();
  } else {
    row = free_.back();
    free_.pop_back();
  }
  rows_[row].retired = false;
  rows_[row].id = std::move(id);
  rows_[row].born = ++last_born_;
  by_id_.add(rows_[row].id, row);
  return row;
}

void IslandTable::retire(Index row) {
  if (std::exchange(rows_[row].retired, true)) return;
  by_id_.remove(rows_[row].id, names());
  retired_.push_back(row);
}

void IslandTable::retire_into(Index row, Index into) {
  retire(row);
  auto const number = ++last_alias_;
  aliases_[rows_[row].id] = {rows_[into].id, number};
  expiries_.push_back({rows_[row].id, number, now_ + kAliasLife});
}

void IslandTable::sweep(Millis now) {
  now_ = now;
  for (auto const row : retired_) {
    rows_[row] = {};
    rows_[row].retired = true;  // until it is created again
    free_.push_back(row);
  }
  retired_.clear();
  while (!expiries_.empty() && (expiries_.front().at <= now || expiries_.size() > kMostAliases)) {
    auto const found = aliases_.find(expiries_.front().id);
    if (found != aliases_.end() && found->second.number == expiries_.front().number)
      aliases_.erase(found);
    expiries_.pop_front();
  }
}

Index IslandTable::find(std::string_view id) const {
  return by_id_.find(id, names());
}

Index IslandTable::resolve(std::string_view id) const {
  std::string name(id);
  // An id that leads to another is never given to an island, so a chain of merges has no loop.
  for (auto alias = aliases_.find(name); alias != aliases_.end(); alias = aliases_.find(name))
    name = alias->second.to;
  return find(name);
}

}  // namespace archipelago::engine
