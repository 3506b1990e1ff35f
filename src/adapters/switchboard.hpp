// Which backend, and which host of it, carries which island.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/backend.hpp"
#include "adapters/rule.hpp"
#include "base/metrics.hpp"

namespace archipelago::adapters {

/// One place where islands can be: a LiveKit host, or our own rooms.
struct Carrier {
  std::string kind;          ///< what rules call it
  std::string name;          ///< for logs; unique
  std::size_t capacity = 0;  ///< players, unless the backend knows better; 0: no limit
  std::unique_ptr<Backend> backend;
};

struct SwitchboardOptions {
  int slack = 20;        ///< percent; see Rule::fits()
  Millis stay{30'000};   ///< an island that moved is not moved again by a rule alone before
  std::string pinned{};  ///< a room that is no island and has its place all the same; "": none
};

/// The rule: of the rules, in order, the first that fits the island and has a healthy carrier with
/// room. Of several carriers the one that a hash of island and name prefers, weighted by capacity,
/// so that everybody meets on the same one and every process agrees. An island stays where it is
/// until its rule fits no more (with slack) or its carrier fails; one that came back gets new
/// islands only. When no rule fits, the last resort is any healthy carrier, in the rules' order;
/// when all have failed, failures count for nothing.
class Switchboard final : public Backend {
 public:
  /// Carriers of a kind that no rule names are not used. Throws std::invalid_argument when there is
  /// no rule, or no carrier of a rule's kind.
  Switchboard(std::vector<Carrier> carriers, std::vector<Rule> rules, SwitchboardOptions options,
              Metrics& metrics);

  [[nodiscard]] Result<std::string> connection_string(std::string_view island,
                                                      Address const& player, WallTime now) override;
  [[nodiscard]] std::vector<std::string> review(std::span<IslandFacts const> islands,
                                                Instant now) override;
  /// The first of the rules' carriers that carries it has it.
  void adopt(std::string_view island, std::string_view connection) override;

  /// What checks found. Islands of a carrier that failed move at the next review().
  void set_healthy(std::string_view carrier, bool healthy);

  /// The carrier's name; "": it has none yet.
  [[nodiscard]] std::string_view carrier_of(std::string_view island) const;
  [[nodiscard]] std::string carrier(std::string_view island) const override;

 private:
  struct Place {
    std::size_t rule = 0;  ///< rules_.size(): by no rule; or kAdopted
    std::size_t carrier = 0;
    Instant stays_until{};     ///< no rule alone moves it before
    std::uint64_t review = 0;  ///< the last one that saw it
  };
  struct State {
    Carrier carrier;
    bool healthy = true;  ///< as checks found
    bool alive = true;    ///< as it says itself
    std::size_t players = 0;

    [[nodiscard]] bool works() const { return healthy && alive; }
  };
  static constexpr std::size_t kAdopted = std::numeric_limits<std::size_t>::max();
  using Places = std::map<std::string, Place, std::less<>>;

  [[nodiscard]] Place choose(IslandFacts const& island, Place const* present, Instant now) const;
  [[nodiscard]] std::optional<std::size_t> carrier_for(std::size_t rule, IslandFacts const& island,
                                                       Place const* present) const;
  [[nodiscard]] std::size_t last_resort(IslandFacts const& island, Place const* present) const;
  [[nodiscard]] bool has_room(State const& state, Rule const& rule,
                              IslandFacts const& island) const;
  [[nodiscard]] bool usable(State const& state) const { return state.works() || all_failed_; }
  /// Then there is nothing to choose, and nothing is kept.
  [[nodiscard]] bool only_one() const { return states_.size() == 1; }
  /// Null: none yet.
  [[nodiscard]] Carrier const* find_carrier(std::string_view island) const;
  Place& place(std::string_view island);
  bool look_at(IslandFacts const& island, Instant now);
  [[nodiscard]] std::size_t rule_of(IslandFacts const& island, std::string_view kind) const;
  void ask_backends();
  void count_players(std::span<IslandFacts const> islands);
  void move(std::string_view island, std::size_t players, Place& from, Place const& to);

  std::vector<State> states_;
  std::vector<Rule> const rules_;
  SwitchboardOptions const options_;
  Metrics& metrics_;
  Places places_;
  bool all_failed_ = false;
  std::uint64_t review_ = 0;  ///< number of the present one
};

}  // namespace archipelago::adapters
