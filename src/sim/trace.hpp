// Traces: histories of a world as JSON lines (DESIGN "The command line"), read and written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "archipelago/engine.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::sim::trace {

/// How the engine is made; what is absent is the reader's to choose. The last three are ours: a
/// recording has them, so that it replays to the same ids and hash.
struct Config {
  float join = 0;   ///< m
  float leave = 0;  ///< m
  std::uint32_t max = 0;
  std::optional<std::string> policy;
  std::optional<double> churn_budget;  ///< changes of island per player-minute
  std::optional<std::string> ids;      ///< what islands' ids begin with
};
struct Move {
  std::string player;
  engine::Position at;
  std::optional<std::string> desired_room;
};
/// Ours: who is on which island, as another engine told it (Engine::adopt).
struct Adoption {
  Move player;
  std::string island;
};
struct Adopt {
  std::vector<Adoption> players;
};
struct Moves {
  std::vector<Move> players;
};
struct Leave {
  std::vector<std::string> players;
};
struct Flush {
  std::optional<Millis> now;  ///< absent: two seconds after the last one
  std::optional<std::string>
      hash;  ///< of all changes up to here (ChangeHash), to be compared with the replay's
};
/// Ours, like `hash`: who waits is placed between two flushes (Engine::place).
struct Place {
  std::optional<Millis> now;  ///< absent: the time of the last flush
  std::optional<std::string> hash;
};
struct Settle {};
using Partition = std::set<std::set<std::string>>;
struct Expect {
  Partition islands;
};
using Step = std::variant<Config, Moves, Adopt, Leave, Flush, Place, Settle, Expect>;

/// Longer lines are refused unread: a million players on one line fit.
inline constexpr std::size_t kMaxLineBytes = 128U << 20U;

/// One line, without its end. The error's detail says what is wrong with it. Numbers that no
/// position can hold are left to the engine's door. Unknown members are ignored.
[[nodiscard]] Result<Step> read_step(std::string_view line);

/// The same step as one line that ends in a line feed. Texts must be UTF-8, numbers finite; these
/// read back to equal ones.
[[nodiscard]] std::string write_step(Step const& step);

/// Appends `text` as a JSON string.
void append_quoted(std::string& out, std::string_view text);
/// Appends one entry of a "move": ["id",x,y,z] or ["id",x,y,z,"room"].
void append_move(std::string& out, std::string_view player, engine::Position at,
                 std::optional<std::string_view> desired_room);
/// Appends one entry of an "adopt": ["id",x,y,z,"island"] or ["id",x,y,z,"island","room"].
void append_adoption(std::string& out, std::string_view player, engine::Position at,
                     std::string_view island, std::optional<std::string_view> desired_room);

/// Who is with whom now.
[[nodiscard]] Partition partition(engine::Engine const& engine);

}  // namespace archipelago::sim::trace
