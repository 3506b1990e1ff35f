// The crowd policy: exact below the cap, people next to each other above it. Made with
// make_crowd_engine(); the steps of its flush are classes of their own, over one World.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"
#include "engine/anchors.hpp"
#include "engine/arrivals.hpp"
#include "engine/carver.hpp"
#include "engine/components.hpp"
#include "engine/door.hpp"
#include "engine/gatherer.hpp"
#include "engine/growth.hpp"
#include "engine/mender.hpp"
#include "engine/splitter.hpp"
#include "engine/transfers.hpp"
#include "engine/wish_book.hpp"
#include "engine/world.hpp"

namespace archipelago::engine {

class CrowdEngine final : public Engine {
 public:
  CrowdEngine(Limits const& limits, CrowdOptions const& options, Hooks hooks);

  Admission report(std::string_view player, Position at,
                   std::optional<std::string_view> desired_room) override;
  Admission adopt(std::string_view player, Position at, std::string_view island,
                  std::optional<std::string_view> desired_room) override;
  void leave(std::string_view player) override;
  std::span<Change const> flush(std::chrono::milliseconds now) override;
  std::span<Change const> place(std::chrono::milliseconds now) override;

  void each_island(std::function<void(IslandView const&)> const& see) const override;
  bool see_island(std::string_view id,
                  std::function<void(IslandView const&)> const& see) const override;
  [[nodiscard]] std::optional<PlayerView> find(std::string_view player) const override;
  [[nodiscard]] std::size_t player_count() const override { return placed_; }
  [[nodiscard]] std::size_t island_count() const override;
  [[nodiscard]] Counters const& counters() const override { return door_.counters(); }
  [[nodiscard]] WishCounters wishes() const override { return wishes_.counters(); }
  [[nodiscard]] std::span<RefusedWish const> refused_wishes() const override { return refused_; }
  [[nodiscard]] std::optional<Explanation> explain(std::string_view player,
                                                   std::size_t nearest) const override;
  [[nodiscard]] std::uint64_t work() const override { return world_.work; }

 private:
  struct Pending {  ///< reported, but not taken in yet
    Index slot;
    float x, z;
  };
  struct Departed {
    Index slot, island;
  };

  Index take(std::string_view player, Position at, std::optional<std::string_view> desired_room);
  [[nodiscard]] Index seat_on(Index slot, std::string_view island);
  void keep(Index slot, Index island);
  void begin(std::chrono::milliseconds now);
  void take_in();
  void sort_pending();
  Grid::Extent age();
  void enlist();
  void look_after_crowds();
  void forget_refused();
  std::span<Change const> tell();
  void tell_departures();
  void retire_empty();
  [[nodiscard]] Index nearest_with_seat(Index body) const;
  void build_view() const;
  void show(Index island, std::function<void(IslandView const&)> const& see) const;
  [[nodiscard]] Apart why_apart(Index a, Index b, double distance) const;

  World world_;
  Door door_;
  WishBook wishes_;
  Splitter splitter_;
  Components components_;
  Arrivals arrivals_;
  Anchors anchors_;
  Transfers transfers_;
  Growth growth_;
  Gatherer gatherer_;
  Carver carver_;
  Mender mender_;

  std::vector<Pending> pending_;  ///< a pending player's `where` is its place here
  std::vector<Departed> departed_;
  std::vector<Index> told_departed_;  ///< slots to be freed by the next flush
  std::vector<Change> changes_;
  std::vector<RefusedWish> refused_;
  std::size_t placed_ = 0;
  std::uint64_t last_born_ = 0;
  std::chrono::milliseconds now_{};
  bool flushed_ = false;

  // Members by island, built when somebody looks.
  mutable bool view_is_fresh_ = false;
  mutable std::vector<Index> view_order_;  ///< islands, oldest first
  mutable std::vector<Index> view_first_;  ///< by row, where its members begin; one more at the end
  mutable std::vector<Index> view_members_;
};

}  // namespace archipelago::engine
