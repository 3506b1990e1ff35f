// The reference policy: the known service's engine to the letter (WIRE 5, ENGINE.md 6). Drop-in
// mode, oracle of the tests and baseline of the benchmarks; made with make_reference_engine().
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "archipelago/engine.hpp"
#include "engine/door.hpp"
#include "engine/reference_island.hpp"

namespace archipelago::engine {

class ReferenceEngine final : public Engine {
 public:
  ReferenceEngine(Limits const& limits, Hooks hooks);

  Admission report(std::string_view player, Position at,
                   std::optional<std::string_view> desired_room) override;
  Admission adopt(std::string_view player, Position at, std::string_view island,
                  std::optional<std::string_view> desired_room) override;
  void leave(std::string_view player) override;
  std::span<Change const> flush(std::chrono::milliseconds now) override;

  void each_island(std::function<void(IslandView const&)> const& see) const override;
  bool see_island(std::string_view id,
                  std::function<void(IslandView const&)> const& see) const override;
  [[nodiscard]] std::optional<PlayerView> find(std::string_view player) const override;
  [[nodiscard]] std::size_t player_count() const override {
    return players_.size() - pending_.size();
  }
  [[nodiscard]] std::size_t island_count() const override { return islands_.size(); }
  [[nodiscard]] Counters const& counters() const override { return door_.counters(); }
  [[nodiscard]] std::optional<Explanation> explain(std::string_view player,
                                                   std::size_t nearest) const override;

 private:
  using Player = reference::Player;
  using Island = reference::Island;
  using Group = reference::Group;
  using Sequences = std::vector<std::uint64_t>;

  struct Entry {
    Player player;
    std::list<Player*>::iterator pending;  ///< only while the player has no island
  };
  struct Record {
    std::string player, to, from;
    Cause cause;
  };

  void place_pending();
  Sequences changed_islands() const;
  void split(Sequences& affected);
  void split_island(Island& island, Sequences& affected);
  void merge(Sequences const& affected);
  void merge_set(std::vector<Island*> set);
  Island* preferred_target(Island const& island, std::vector<Island*> const& targets) const;

  [[nodiscard]] std::string fresh_id() const;
  Island& add(std::string id);
  [[nodiscard]] Island* seat_on(Player const& player, std::string_view island);
  Island* create(Group const& members, Cause cause);
  bool try_merge(Island& from, Island& into);
  void move(Player& player, Island& to, Cause cause);
  void erase(Island& island);
  [[nodiscard]] bool all_may_connect(Group const& members, std::string_view island) const;
  void record(std::string_view player, std::string_view to, std::string_view from, Cause cause);
  void show(Island const& island, std::function<void(IslandView const&)> const& see) const;

  Limits limits_;
  Hooks hooks_;
  Door door_;
  // Keys view the ids within the values; node-based, so neither ids nor entries ever move. Never
  // iterated.
  std::unordered_map<std::string_view, std::unique_ptr<Entry>> players_;
  std::unordered_map<std::string_view, Island*> islands_by_id_;
  std::list<Player*> pending_;               ///< arrived since the last flush, in order of arrival
  std::map<std::uint64_t, Island> islands_;  ///< by sequence: oldest first
  std::uint64_t last_sequence_ = 0;
  std::vector<Record> records_;                            ///< since the last flush
  std::unordered_map<std::string, std::size_t> recorded_;  ///< player -> place in records_
  std::vector<Record> emitted_;                            ///< what changes_ views
  std::vector<Change> changes_;
};

}  // namespace archipelago::engine
