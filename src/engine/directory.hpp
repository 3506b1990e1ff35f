// Players by id: an open-addressing table over rows that never move.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bodies.hpp"

namespace archipelago::engine {

class Directory {
 public:
  struct Row {
    std::string id;
    std::uint64_t born = 0;  ///< order of arrival; 0 before the first flush
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
  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  struct Entry {
    Index slot = kNone;
    std::uint32_t tag = 0;  ///< of the hash
  };
  static std::uint32_t tag_of(std::string_view id);
  [[nodiscard]] std::size_t place_of(std::string_view id, std::uint32_t tag) const;
  void grow();

  std::vector<Row> rows_;
  std::vector<Index> where_;  ///< by slot; on its own, for a flush writes all of it
  std::vector<Index> free_;
  std::vector<Entry> table_;  ///< size: a power of two; never iterated into results
  std::size_t used_ = 0;
};

}  // namespace archipelago::engine
