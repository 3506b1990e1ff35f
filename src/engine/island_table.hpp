// The islands: rows that live as long as an island does, their ids, and under which id one can be
// found that was merged into another.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/bodies.hpp"
#include "engine/name_table.hpp"

namespace archipelago::engine {

struct Island {
  std::string id;
  std::uint64_t born = 0;  ///< order of creation
  Index size = 0;          ///< players, guests too
  Index guests = 0;
  Index claimed = 0;  ///< seats that belong to who waits for one
  bool retired = false;
  bool disturbed = false;  ///< somebody came or went since the roster was built
  bool lost = false;       ///< somebody went since the roster was built
  bool torn = false;       ///< perhaps: somebody did who was not asked whether it may
  bool adopted = false;    ///< founded by an adoption since the last flush

  // Of this flush:
  Index first = 0, cores = 0;  ///< its part of the roster
  Index root = kNone;          ///< its component
  Index place = kNone;         ///< among the islands of crowds; kNone: not in a crowd
  float min_x = 0, min_z = 0, max_x = 0, max_z = 0;  ///< of its core members

  // In a crowd, from flush to flush (anchors.hpp):
  bool anchored = false;
  bool restless = false;   ///< three of four around its anchor walk
  bool scattered = false;  ///< that, and most of its members are around other anchors
  float anchor_x = 0, anchor_z = 0;
  float price = 0;        ///< m^2
  float spread = 0;       ///< m, the radius of an even disc like its people
  std::uint8_t calm = 0;  ///< flushes in which nobody moved, came or went but by choice
};

class IslandTable {
 public:
  using Millis = std::chrono::milliseconds;
  explicit IslandTable(std::function<std::string()> new_id) : new_id_(std::move(new_id)) {}

  [[nodiscard]] Island& operator[](Index row) { return rows_[row]; }
  [[nodiscard]] Island const& operator[](Index row) const { return rows_[row]; }
  /// Rows, living or not.
  [[nodiscard]] Index row_count() const { return static_cast<Index>(rows_.size()); }

  /// Room for so many that are about to be created.
  void expect(std::size_t count);
  Index create();
  /// As create(), with an id that another engine gave out and that is_taken() by no one here.
  Index adopt(std::string_view id);
  /// There is an island of that id, or it leads to one.
  [[nodiscard]] bool is_taken(std::string_view id) const;
  /// Nobody is on it any more. Its row and id stay until sweep().
  void retire(Index row);
  /// As retire(); its id leads to `into` for about two minutes.
  void retire_into(Index row, Index into);
  /// Frees the rows of retired islands and forgets old aliases.
  void sweep(Millis now);

  /// Of a living island; kNone if there is none.
  [[nodiscard]] Index find(std::string_view id) const;
  /// As find(), following merges.
  [[nodiscard]] Index resolve(std::string_view id) const;

 private:
  [[nodiscard]] auto names() const {
    return [this](Index row) -> std::string_view { return rows_[row].id; };
  }
  [[nodiscard]] Index add(std::string id);
  struct Alias {
    std::string to;
    std::uint64_t number = 0;  ///< of its entry in the queue
  };
  struct Expiry {
    std::string id;
    std::uint64_t number;
    Millis at;
  };
  static constexpr Millis kAliasLife{120'000};
  static constexpr std::size_t kMostAliases = 100'000;

  std::function<std::string()> new_id_;
  std::vector<Island> rows_;
  std::vector<Index> free_, retired_;
  NameTable by_id_;  ///< the living
  std::unordered_map<std::string, Alias> aliases_;
  std::deque<Expiry> expiries_;
  std::uint64_t last_born_ = 0, last_alias_ = 0;
  Millis now_{};
};

}  // namespace archipelago::engine
