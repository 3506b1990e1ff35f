// Wishes for an island (desired_room): kept while they stand, granted as seats allow, refused with
// a reason. Guests are those who are on an island by wish alone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/world.hpp"

namespace archipelago::engine {

class WishBook {
 public:
  using Millis = std::chrono::milliseconds;
  struct Refused {
    std::string player, room;
    Refusal reason;
  };
  static constexpr Millis kPatience{30'000};     ///< how long a wish waits for a seat
  static constexpr Millis kOneChangeIn{10'000};  ///< a player's changes of wish

  explicit WishBook(World& world) : world_(world) {}

  /// A report named a room; empty: none any more.
  void report(Index slot, std::string_view room);
  /// The player has been adopted by an island, and perhaps is a guest there: the next apply() finds
  /// out.
  void adopt(Index slot);
  void forget(Index slot);

  /// Before geometry: grants what can be granted, in the order of asking; frees who has no wish;
  /// gives guests their place in geometry where they stand near a core member or no core is left.
  void apply(Millis now);

  /// Between two flushes: may this newcomer go straight where it wishes? True if it is there now.
  bool place(Index slot);

  [[nodiscard]] WishCounters counters() const;
  /// Of the last apply() and the reports before it.
  [[nodiscard]] std::vector<Refused> const& refused() const { return refused_; }
  /// Empty: none.
  [[nodiscard]] std::string_view room_of(Index slot) const;

 private:
  enum class State : std::uint8_t { none, asked, granted, refused };
  struct Wish {
    std::string room;    ///< as the player wrote it
    std::string island;  ///< while granted
    State state = State::none;
    bool warned = false;              ///< that the next wish came too soon
    std::optional<Millis> changed{};  ///< when it was last changed
    Millis since{};                   ///< when it began to wait
    bool counted = false;             ///< as honoured
    bool queued = false;              ///< among those who wait
    bool adopted = false;             ///< with it, and no such island is known
  };

  void queue_new();
  bool still_waits(Index slot);
  bool still_granted(Index slot);
  std::optional<Refusal> try_grant(Index slot, Wish& wish, Index island);
  void grant(Index slot, Wish& wish, Index island);
  void refuse(Index slot, Wish& wish, Refusal reason);
  void count_refusal(Index slot, std::string_view room, Refusal reason);
  void let_go(Index slot);
  void dismiss_adopted();
  void confirm_adopted();
  void regard_guests();
  [[nodiscard]] Index most_central(std::vector<Index> const& guests);
  void make_core(Index body);
  bool anchor_guests(std::vector<Index>& guests, std::vector<Index>& cores);

  World& world_;
  std::unordered_map<Index, Wish> wishes_;  ///< by slot; never iterated
  std::vector<Index> new_, waiting_, granted_, released_, adopted_;
  std::vector<Index> claimed_;  ///< islands with claimed seats
  std::vector<Refused> refused_, fresh_refused_;
  WishCounters counters_;
  Millis now_{};
};

}  // namespace archipelago::engine
