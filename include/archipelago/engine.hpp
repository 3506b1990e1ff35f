// The island engine: which island each player belongs to, given where everybody stands. This header
// needs nothing but the standard library and can be used without the rest of archipelago.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace archipelago::engine {

/// Metres in the world; y is height: stored and reported, but without any influence on islands.
struct Position {
  float x{}, y{}, z{};

  friend bool operator==(Position, Position) = default;
};

/// How islands are cut. The distances are inclusive and measured in the XZ plane.
struct Limits {
  float join_distance =
      80.0F;  ///< m, (0, 10'000]: at most this far apart, players are brought together
  float leave_distance = 100.0F;    ///< m, [join_distance, 10'000]: up to here they stay together
  std::uint32_t max_peers = 100;    ///< players of one island, [1, 65'535]
  float world_limit = 100'000.0F;   ///< m, (0, 1'000'000]: x, y and z are clamped to +-world_limit
  std::size_t max_id_length = 128;  ///< bytes of a player's or island's id, [1, 4096]
};

/// One line that names the wrong value and its range; nothing if the limits can be used.
[[nodiscard]] std::optional<std::string> problem_with(Limits const& limits);

/// What became of a report.
enum class Admission : std::uint8_t {
  accepted,
  clamped,       ///< accepted, at the edge of the world
  bad_position,  ///< refused: a coordinate is NaN or infinite; the player stays where it was
  bad_id,        ///< refused: the player's id is empty or too long
  bad_room,      ///< refused: desired_room is too long to be an island's id
};
[[nodiscard]] constexpr bool is_refused(Admission a) {
  return a > Admission::clamped;
}

/// Input so far, each report in exactly one of the five.
struct Counters {
  std::uint64_t accepted = 0;
  std::uint64_t clamped = 0;
  std::uint64_t bad_position = 0;
  std::uint64_t bad_id = 0;
  std::uint64_t bad_room = 0;
};

/// A player goes `from` one island (empty: from none) `to` another (empty: it left).
/// The texts live until the next report(), leave() or flush().
struct Change {
  std::string_view player;
  std::string_view to;
  std::string_view from;
};

struct Member {
  std::string_view player;
  Position at;  ///< the newest one reported
};

/// An island, valid inside the call that shows it. Centre and radius are those of the last flush.
struct IslandView {
  std::string_view id;
  std::span<Member const> members;  ///< in the engine's own order
  double centre_x = 0;              ///< m, mean over the members
  double centre_z = 0;              ///< m
  double radius = 0;                ///< m, from the centre to the farthest member, in the XZ plane
  std::uint32_t max_peers = 0;
};

struct PlayerView {
  std::string_view
      island;  ///< until the next report(), leave() or flush(); empty: waits for its first flush
  Position at;
};

/// What an engine asks of its owner.
struct Hooks {
  /// A fresh island id, never given out before (ENGINE.md 1), not empty, at most max_id_length
  /// bytes.
  std::function<std::string()> new_island_id;
  /// May this player be connected to that island? Asked before a player is put on an island; a
  /// refused new player is forgotten until its next report. Empty: every player may. Must not call
  /// the engine.
  std::function<bool(std::string_view player, std::string_view island)> may_connect;
};

/// Groups players into islands. Every policy is deterministic: the same calls give the same answers
/// on every machine; no clock, I/O, threads or hash order. Players are taken over at once but
/// placed by the next flush(). Threads: none, one owner. Nothing throws but bad_alloc and what a
/// hook throws.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Where a player stands, at any rate; an unknown player arrives with it. `desired_room` is the
  /// id of an island that it would like to be on; absent leaves an earlier wish as it is, what else
  /// it means is the policy's (ENGINE.md 3, 6).
  virtual Admission report(std::string_view player, Position at,
                           std::optional<std::string_view> desired_room = std::nullopt) = 0;

  /// The player is gone. Unknown ones are ignored: late messages are normal.
  virtual void leave(std::string_view player) = 0;

  /// Decides. `now`: time since an origin of the caller's choice, never decreasing. Returns what
  /// changed since the last flush, at most one change a player; applying the changes of all flushes
  /// in order gives the state.
  virtual std::span<Change const> flush(std::chrono::milliseconds now) = 0;

  /// Shows every island, oldest first. O(players).
  virtual void each_island(std::function<void(IslandView const&)> const& see) const = 0;

  /// Shows one island; false if there is none of that id. O(members).
  virtual bool see_island(std::string_view id,
                          std::function<void(IslandView const&)> const& see) const = 0;

  [[nodiscard]] virtual std::optional<PlayerView> find(std::string_view player) const = 0;

  [[nodiscard]] virtual std::size_t player_count() const = 0;  ///< players that are on an island
  [[nodiscard]] virtual std::size_t island_count() const = 0;
  [[nodiscard]] virtual Counters const& counters() const = 0;
};

/// The known service's engine to the letter (WIRE 5): ids, order of changes, order of members.
/// Simple and slow: a flush costs O(changed islands x islands + players x island size). Throws
/// std::invalid_argument if problem_with(limits) or hooks.new_island_id is missing.
[[nodiscard]] std::unique_ptr<Engine> make_reference_engine(Limits const& limits, Hooks hooks);

}  // namespace archipelago::engine
