// The clock around the island engine: hears of players on the bus, flushes, and publishes what
// changed (WIRE 5, 6).
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/backend.hpp"
#include "archipelago/engine.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "islands/announcer.hpp"
#include "islands/explainer.hpp"
#include "islands/options.hpp"
#include "islands/players.hpp"
#include "islands/snapshot.hpp"
#include "islands/stopwatch.hpp"

namespace archipelago::islands {

/// What the service works with; the references must outlive it.
struct Parts {
  Loop& loop;
  bus::Bus& bus;
  Metrics& metrics;
  adapters::Backend& backend;
  std::unique_ptr<engine::Engine> engine;
  Stopwatch stopwatch;
};

/// One actor: everything but snapshot() and explainer()'s questions belongs to the loop's thread,
/// construction and destruction too. Publishers never wait for it: their messages queue in a
/// bounded mailbox, and of one player's positions the latest counts.
///
/// Input: `peer.*.heartbeat`, `client-proto.peer.*.heartbeat`, `peer.*.connect`,
/// `peer.*.disconnect`. All of it is untrusted: what cannot be used is dropped and counted with one
/// reason, and touches nobody else. Output: `engine.peer.<a>.island_changed`,
/// `client-proto.<a>.island_changed`, `client-proto.island.<id>.peer_join`, `engine.islands` at
/// each regular flush, `engine.discovery` and `service.discovery`.
///
/// Who arrives is placed arrival_delay later, by Engine::place() or, where that places nobody (the
/// policy knows no such thing, or too many arrived), by an early flush; while that takes long, it
/// gets at most a third of the time, however many players arrive. A message that was lost is healed
/// by connecting again: `connect` and `disconnect` both make the service forget the player and what
/// it was told. Wishes for an island that the engine refuses are logged and counted.
class Service {
 public:
  /// Listens and flushes until destroyed. Throws std::invalid_argument for options that
  /// problem_with() names.
  Service(Parts parts, Options options);
  ~Service();
  Service(Service const&) = delete;
  Service& operator=(Service const&) = delete;

  /// The state after the last flush or placement; never null. Any thread, never waits for a flush.
  /// Never older than what players were told.
  [[nodiscard]] std::shared_ptr<Snapshot const> snapshot() const;

  /// Takes questions from any thread.
  [[nodiscard]] Explainer& explainer() { return *explainer_; }

 private:
  void listen();
  void on_heartbeat(bus::Message const& message);
  void on_session_change(bus::Message const& message);
  void take_over(Address const& player, engine::Position at,
                 std::optional<std::string> const& desired_room);
  void forget(Address const& player);
  void expect_arrivals();

  void place_arrivals();
  void regular_flush();
  void flush();
  void tell(std::span<engine::Change const> changes, std::chrono::microseconds began,
            Distribution work);
  [[nodiscard]] std::shared_ptr<Snapshot> make_snapshot();
  void publish(std::shared_ptr<Snapshot const> next);
  [[nodiscard]] std::vector<std::string> review(Snapshot const& next);
  void discover();

  Loop& loop_;
  bus::Bus& bus_;
  Metrics& metrics_;
  adapters::Backend& backend_;
  std::unique_ptr<engine::Engine> engine_;
  Stopwatch stopwatch_;
  Options const options_;

  Players players_;
  Announcer announcer_;
  std::shared_ptr<Explainer> const explainer_;
  Instant next_placement_;  ///< not before: keeps placements within their share of time

  mutable std::mutex snapshot_mutex_;  // held to copy the pointer only
  std::shared_ptr<Snapshot const> snapshot_;

  Timer flush_timer_;
  Timer arrival_timer_;
  Timer discovery_timer_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  std::vector<bus::Subscription> subscriptions_;
};

}  // namespace archipelago::islands
