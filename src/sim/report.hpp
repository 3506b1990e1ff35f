// What a run came to: figures, as JSON and as a table for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace archipelago::sim {

/// Wishes to join a friend (desired_room), of players who were already placed elsewhere.
struct WishFigures {
  std::uint64_t asked = 0;
  std::uint64_t honoured = 0;   ///< of these: with the friend within three flushes
  std::uint64_t late = 0;       ///< within thirty seconds
  std::uint64_t withdrawn = 0;  ///< the player left before
  std::uint64_t possible = 0;   ///< the friend's island had a seat when asked; once it is known
                                ///< whether they were together within three flushes
  std::uint64_t possible_honoured = 0;
  std::map<std::string, std::uint64_t> refused;  ///< by reason
};

struct Report {
  std::string policy;
  std::string world;  ///< "crowd mixed", or where the trace came from
  std::size_t players = 0;
  std::size_t flushes = 0;  ///< that were measured
  std::size_t warmup = 0;   ///< that came before
  double flush_p50_ms = 0;  ///< CPU time
  double flush_p99_ms = 0;
  double report_p50_ms = 0;  ///< CPU time of all reports between two flushes
  double recall_mean = 1;
  double recall_p10 = 1;
  double churn = 0;                              ///< changes of island per player-minute
  std::map<std::string, std::uint64_t> changes;  ///< of island, by cause; where there were any
  double free_seat = 1;                          ///< share of players on an island with a free seat
  std::size_t islands = 0;
  std::size_t size_p50 = 0;
  std::size_t size_p90 = 0;
  std::size_t size_max = 0;   ///< of all measured flushes
  std::uint64_t refused = 0;  ///< reports that the engine's door refused
  WishFigures wishes;
  std::string hash;  ///< of every change from the beginning
};

/// One object in one line, with its line feed.
[[nodiscard]] std::string to_json(Report const& report);
/// A few lines for people.
[[nodiscard]] std::string to_table(Report const& report);

}  // namespace archipelago::sim
