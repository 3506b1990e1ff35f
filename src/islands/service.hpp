// The clock around the island engine: hears of players on the bus, flushes, and publishes what
// changed (WIRE 5, 6).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "adapters/backend.hpp"
#include "archipelago/engine.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "islands/announcer.hpp"
#include "islands/explainer.hpp"
#include "islands/heartbeat_batch.hpp"
#include "islands/options.hpp"
#include "islands/players.hpp"
#include "islands/registry.hpp"
#include "islands/snapshot.hpp"
#include "islands/snapshot_board.hpp"
#include "islands/stopwatch.hpp"

namespace archipelago::islands {

/// What a service has besides when it is that of the leading one of several cores.
struct Leading {
  std::string core;  ///< id of this process
  /// The epoch while this core may act, asked before each act; cheap.
  std::function<std::optional<std::uint64_t>()> mandate;
  /// Players with a position are known to the engine already.
  Registry known;
  std::shared_ptr<SnapshotBoard> board;
};

/// What the service works with; the references must outlive it.
struct Parts {
  Loop& loop;
  bus::Bus& bus;
  Metrics& metrics;
  adapters::Backend& backend;
  std::unique_ptr<engine::Engine> engine;
  Stopwatch stopwatch;
  std::optional<Leading> leading{};  ///< nothing: the only core
};

/// One actor: everything but snapshot() and explainer()'s questions belongs to the loop's thread,
/// construction and destruction too. Publishers never wait for it: their messages queue in a
/// bounded mailbox, and of one player's positions the latest counts.
///
/// Input: `peer.*.heartbeat`, `client-proto.peer.*.heartbeat`, `peer.*.connect`,
/// `peer.*.disconnect`, and of several processes `cluster.heartbeats` and `cluster.gateway.*`. All
/// of it is untrusted: what cannot be used is dropped and counted with one reason, and touches
/// nobody else. Output: `engine.peer.<a>.island_changed`, `client-proto.<a>.island_changed`,
/// `client-proto.island.<id>.peer_join`, `engine.islands` at each regular flush, `engine.discovery`
/// and `service.discovery`; of several cores also `cluster.core` four times a second and
/// `cluster.login.<a>` to who speaks in an older session.
///
/// As one of several cores it acts only with a mandate, while messages pass, and once it has been
/// able to hear others for a while (kLearning): before that it would part people whom it only has
/// not heard of. Else it neither flushes nor publishes; positions go on being taken. What a gateway
/// says of islands that players were told is taken for true: who is unknown stays on that island,
/// and who was told another one longer than kAnnouncementPatience ago is told again.
///
/// Who arrives is placed arrival_delay later, by Engine::place() or, where that places nobody (the
/// policy knows no such thing, or too many arrived), by an early flush; while that takes long, it
/// gets at most a third of the time, however many players arrive. A message that was lost is healed
/// by connecting again: `connect` and `disconnect` both make the service forget the player and what
/// it was told. Wishes for an island that the engine refuses are logged and counted.
class Service {
 public:
  /// How long a core hears before it decides: twice the pause between two heartbeats of a player.
  static constexpr Millis kLearning{1'500};

  /// Listens and flushes until destroyed. Throws std::invalid_argument for options that
  /// problem_with() names.
  Service(Parts parts, Options options);
  ~Service();
  Service(Service const&) = delete;
  Service& operator=(Service const&) = delete;

  /// The state after the last flush or placement; never null. Any thread, never waits for a flush.
  /// Never older than what players were told.
  [[nodiscard]] std::shared_ptr<Snapshot const> snapshot() const;

  /// The board on which snapshot() hangs; outlives the service.
  [[nodiscard]] std::shared_ptr<SnapshotBoard> board() const { return board_; }

  /// Loop thread.
  [[nodiscard]] engine::Engine const& engine() const { return *engine_; }

  /// What it knows, for who follows; the service must not run any more but be destroyed.
  [[nodiscard]] Registry hand_over() { return std::move(registry_); }

  /// Takes questions from any thread.
  [[nodiscard]] Explainer& explainer() { return *explainer_; }

 private:
  void listen();
  void on_heartbeat(bus::Message const& message);
  void on_session_change(bus::Message const& message);
  Players::Record* take_over(Address const& player, engine::Position at,
                             std::optional<std::string_view> desired_room,
                             std::string_view told = {});
  [[nodiscard]] bool is_placed(Address const& player) const;
  void forget(Address const& player);
  void expect_arrivals();

  // Of several processes (service_cluster.cpp).
  void on_batch(bus::Message const& message);
  void on_beat(Beat const& beat, Gateways::Number gateway);
  void note_place(Beat const& beat);
  void on_gateway(bus::Message const& message);
  void answer_older_session(Players::Record& player);
  void compare_told(Players::Record& player, std::string_view told);
  void tick();
  [[nodiscard]] std::optional<std::uint64_t> leads() const;
  [[nodiscard]] std::optional<std::uint64_t> mandate();
  void look();

  void place_arrivals();
  void regular_flush();
  void flush(std::uint64_t epoch);
  void look_around();
  void wait_for_mandate();
  void tell(std::span<engine::Change const> changes, std::chrono::microseconds began,
            Distribution work, std::uint64_t epoch);
  [[nodiscard]] Moment moment(std::uint64_t epoch) const;
  [[nodiscard]] std::shared_ptr<Snapshot> make_snapshot();
  void hang(std::shared_ptr<Snapshot> next);
  [[nodiscard]] std::vector<std::string> review(Snapshot const& next);
  void discover();

  Loop& loop_;
  bus::Bus& bus_;
  Metrics& metrics_;
  adapters::Backend& backend_;
  std::unique_ptr<engine::Engine> engine_;
  Stopwatch stopwatch_;
  Options const options_;

  Registry registry_;
  std::optional<Leading> const leading_;  // without what is `known`
  Players& players_;
  std::unordered_set<std::string> placed_{};  ///< islands whose place a gateway has told
  bool retold_ = false;                       ///< somebody is owed what its gateway has not heard
  Announcer announcer_;
  std::shared_ptr<Explainer> const explainer_;
  Instant next_placement_;  ///< not before: keeps placements within their share of time

  std::shared_ptr<SnapshotBoard> const board_;

  Timer flush_timer_;
  Timer arrival_timer_;
  Timer discovery_timer_;
  Timer tick_timer_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  std::vector<bus::Subscription> subscriptions_;
};

}  // namespace archipelago::islands
