// The island engine: which island each player belongs to, given where everybody stands. This header
// needs nothing but the standard library and can be used without the rest of archipelago.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace archipelago::engine {

/// Metres in the world; y is height: stored and reported, but without any influence on islands.
struct Position {
  float x{}, y{}, z{};

  friend bool operator==(Position, Position) = default;
};

/// How islands are cut. The distances are inclusive and measured in the XZ plane.
struct Limits {
  float join_distance =
      80.0F;  ///< m, [0.01, 10'000]: at most this far apart, players are brought together
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

/// What made a player change islands: the first that took it off the one that it was told of.
/// `carve`, `gather` and `voluntary` alone are the engine's choice: not again within the cooldown,
/// and not of who was moved by anything else in the same flush; `voluntary` is charged to the churn
/// budget.
enum class Cause : std::uint8_t {
  arrival,    ///< it had no island
  departure,  ///< it left
  split,      ///< its island fell apart, or it is a guest no longer
  merge,      ///< its island and another became one
  wish,       ///< desired_room
  carve,      ///< the islands around were full: some of their people founded one
  gather,     ///< most people around walk, and the other islands had seats for those of its own
  voluntary,  ///< a better neighbourhood
  count_
};
[[nodiscard]] std::string_view name_of(Cause cause);

/// A player goes `from` one island (empty: from none) `to` another (empty: it left).
/// The texts live until the next report(), leave() or flush().
struct Change {
  std::string_view player;
  std::string_view to;
  std::string_view from;
  Cause cause{};
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

/// Why a wish for an island (desired_room) was not granted.
enum class Refusal : std::uint8_t {
  full,             ///< no seat got free while it waited
  too_many_guests,  ///< the island takes no more guests, and none of them left in time
  unknown_island,   ///< there is no such island, and none was merged away lately
  too_soon,         ///< the player's wish changed less than 10 s before
  not_allowed,      ///< Hooks::may_connect said no
  count_
};

struct RefusedWish {
  std::string_view player;
  std::string_view room;  ///< as the player wrote it
  Refusal reason{};
};

/// Wishes so far. Each that was asked is in the end honoured, withdrawn (also by leaving or by the
/// next wish) or refused.
struct WishCounters {
  std::uint64_t asked = 0;
  std::uint64_t honoured = 0;
  std::uint64_t withdrawn = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(Refusal::count_)> refused{};  ///< by reason
  std::uint64_t waiting = 0;                                                       ///< now
};

/// What keeps two players on different islands, or does not.
enum class Apart : std::uint8_t {
  together,  ///< nothing: they share an island
  distance,  ///< neither is within join distance of the other
  capacity,  ///< near, but all who hang together are more than one island takes
  cooldown,  ///< as capacity, and the player changed islands a moment ago
  wish,      ///< one of the two stays or is elsewhere because it wished so
  waiting,   ///< near: the next flush brings them together
};
[[nodiscard]] std::string_view name_of(Apart apart);
[[nodiscard]] std::string_view name_of(Refusal refusal);

/// One of the players nearest to the one asked about.
struct Neighbour {
  std::string player;
  std::string island;
  double distance = 0;  ///< m, in the XZ plane
  Apart apart{};
};

/// Why a player is on its island.
struct Explanation {
  std::string player{};
  std::string island{};              ///< empty: waits for its first flush
  std::size_t seats = 0;             ///< free on that island
  bool guest = false;                ///< there by wish, not by distance
  bool crowded = false;              ///< more players hang together here than one island takes
  std::string wish{};                ///< the room that it wishes for, or none
  std::vector<Neighbour> nearest{};  ///< nearest first
};
/// A few lines for people.
[[nodiscard]] std::string to_text(Explanation const& explanation);

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

  /// As report(); a player that is on no island yet is besides on that one at once, without a
  /// Change: what players were told by another engine, this one takes over. `island`: an id that
  /// the other gave out; one that is not there yet is founded, younger than all there are, and
  /// Hooks::new_island_id is asked again where it names one that was. Where it cannot be had (full,
  /// forbidden, merged into another here, no id) the player is placed like any other.
  ///
  /// Order decides between equals in splits and merges: islands oldest first, and on each the
  /// players in the order in which they arrived, as far as it is known.
  ///
  /// Whoever would part from its island parts at the next flush, told `from` it. A player with a
  /// wish is a guest there if it wishes for that very island, or for one that nobody knows (it was
  /// merged away), and is near no other member but guests; its wish counts as asked and honoured
  /// by the next flush, and what it changes within 10 s is not too soon. With the crowd policy,
  /// nobody who was adopted is moved by the engine's choice until the cooldown has passed and it
  /// has walked: moves of its time before are not known, so none are left.
  virtual Admission adopt(std::string_view player, Position at, std::string_view island,
                          std::optional<std::string_view> desired_room = std::nullopt) {
    static_cast<void>(island);
    return report(player, at, desired_room);
  }

  /// The player is gone. Unknown ones are ignored: late messages are normal.
  virtual void leave(std::string_view player) = 0;

  /// Decides. `now`: time since an origin of the caller's choice, never decreasing. Returns what
  /// changed since the last flush, at most one change a player; applying the changes of all flushes
  /// in order gives the state.
  virtual std::span<Change const> flush(std::chrono::milliseconds now) = 0;

  /// Between two flushes: puts players who wait for their first one on the island that they wish
  /// for if it has a seat, else on one near them, or on a new one, at once; nobody else moves.
  /// Returns what changed since the last flush() or place(). O(waiting players); a great many at
  /// once wait for the flush, and so does everybody where the policy knows no such thing.
  virtual std::span<Change const> place(std::chrono::milliseconds now) {
    static_cast<void>(now);
    return {};
  }

  /// Shows every island, oldest first. O(players).
  virtual void each_island(std::function<void(IslandView const&)> const& see) const = 0;

  /// Shows one island; false if there is none of that id. O(members).
  virtual bool see_island(std::string_view id,
                          std::function<void(IslandView const&)> const& see) const = 0;

  [[nodiscard]] virtual std::optional<PlayerView> find(std::string_view player) const = 0;

  [[nodiscard]] virtual std::size_t player_count() const = 0;  ///< players that are on an island
  [[nodiscard]] virtual std::size_t island_count() const = 0;
  [[nodiscard]] virtual Counters const& counters() const = 0;

  [[nodiscard]] virtual WishCounters wishes() const { return {}; }
  /// Those refused since the flush before the last one; valid as changes are.
  [[nodiscard]] virtual std::span<RefusedWish const> refused_wishes() const { return {}; }

  /// Why a player is where it is, with the `nearest` (at most 100) players around it; nothing if it
  /// is unknown. O(players).
  [[nodiscard]] virtual std::optional<Explanation> explain(std::string_view player,
                                                           std::size_t nearest = 10) const = 0;

  /// Elementary steps that the last flush took; never more than a constant times max_peers times
  /// players.
  [[nodiscard]] virtual std::uint64_t work() const { return 0; }
};

/// One setting of the crowd policy: how often people may be moved for the sake of a better
/// neighbourhood.
struct CrowdOptions {
  double churn_budget = 0.30;  ///< changes of island per player-minute in a crowd, [0, 10]
};
[[nodiscard]] std::optional<std::string> problem_with(CrowdOptions const& options);

/// The default policy (docs/ENGINE.md): below the cap exactly the stated graph in one flush; above
/// it, islands of people who stand next to each other; wishes honoured at any distance. Made for a
/// flush every two seconds. Throws std::invalid_argument as make_reference_engine does.
[[nodiscard]] std::unique_ptr<Engine> make_crowd_engine(Limits const& limits,
                                                        CrowdOptions const& options, Hooks hooks);

/// The known service's engine to the letter (WIRE 5): ids, order of changes, order of members.
/// Simple and slow: a flush costs O(changed islands x islands + players x island size). Throws
/// std::invalid_argument if problem_with(limits) or hooks.new_island_id is missing.
[[nodiscard]] std::unique_ptr<Engine> make_reference_engine(Limits const& limits, Hooks hooks);

}  // namespace archipelago::engine
