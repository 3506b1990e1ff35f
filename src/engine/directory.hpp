// Players by id: rows that keep their number as long as the player stays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bodies.hpp"
#include "engine/name_table.hpp"

namespace archipelago::engine {

class Directory {
 public:
  struct Row {
    std::string id;
    float y = 0;
    bool wishes = false;  ///< there is an entry in the book of wishes
  };

  /// kNone if unknown.
  [[nodiscard]] Index find(std::string_view id) const;
  /// The id must be unknown.
  Index add(std::string_view id);
  /// The id is unknown from now on; its row and text stay until free().
  void forget(Index slot);
  void free(Index slot);

  [[nodiscard]] Row& operator[](Index slot) { return rows_[slot]; }
  [[nodiscard]] Row const& operator[](Index slot) const { return rows_[slot]; }
  /// Its body; while it waits to be taken in, its place among those who wait.
  [[nodiscard]] Index where(Index slot) const { return where_[slot]; }
  void set_where(Index slot, Index where) { where_[slot] = where; }
  /// Order of arrival; 0 before the first flush.
  [[nodiscard]] std::uint64_t born(Index slot) const { return born_[slot]; }
  void set_born(Index slot, std::uint64_t born) { born_[slot] = born; }
  /// Its row will be read.
  void prefetch(Index slot) const {
    __builtin_prefetch(&rows_[slot]);
    __builtin_prefetch(&where_[slot]);
  }
  [[nodiscard]] std::size_t size() const { return table_.size(); }

 private:
  [[nodiscard]] auto names() const {
    return [this](Index slot) -> std::string_view { return rows_[slot].id; };
  }

  std::vector<Row> rows_;
  // By slot; on their own, for a flush writes or compares many of them.
  std::vector<Index> where_;
  std::vector<std::uint64_t> born_;
  std::vector<Index> free_;
  NameTable table_;
};

}  // namespace archipelago::engine
