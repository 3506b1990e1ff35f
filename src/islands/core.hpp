// One of the cores of a realm: follows whoever makes the islands, and makes them itself while it
// leads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/backend.hpp"
#include "archipelago/engine.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "bus/lease.hpp"
#include "islands/explainer.hpp"
#include "islands/follower.hpp"
#include "islands/options.hpp"
#include "islands/service.hpp"
#include "islands/snapshot_board.hpp"
#include "islands/stopwatch.hpp"

namespace archipelago::islands {

/// Everything but snapshot(), leading(), epoch() and explainer()'s questions belongs to the loop's
/// thread, construction and destruction too.
///
/// When the lease is won, an engine is made that takes over all players on the islands that they
/// were told of, oldest islands first, and a Service goes on from there: who stays where it is
/// hears nothing. When it is lost, the engine is forgotten, and what is known of players is kept
/// for following. Between the two, what waits in a mailbox is lost: heartbeats come again, logins
/// and ends of sessions are told again by gateways of ours. A takeover with its first flush
/// holds up the loop for about 1.2 microseconds a player (service_bench: 20 000 in 22 ms).
class Core {
 public:
  /// The references must outlive it.
  struct Parts {
    Loop& loop;
    bus::Bus& bus;
    Metrics& metrics;
    adapters::Backend& backend;
    bus::Lease& lease;
    /// Makes an engine whose ids no core of another epoch gives out.
    std::function<std::unique_ptr<engine::Engine>(std::uint64_t epoch)> engine;
    Stopwatch stopwatch;
    std::string id;                 ///< of this process, told to others
    std::uint32_t max_peers = 100;  ///< of islands: what a follower tells until it hears better
  };

  /// Follows, and campaigns. Throws std::invalid_argument for options that problem_with() names.
  Core(Parts parts, Options options);
  /// Acts no more, then lets another lead.
  ~Core();
  Core(Core const&) = delete;
  Core& operator=(Core const&) = delete;

  /// Never null. Of the service's last flush, or of what the follower heard. Any thread.
  [[nodiscard]] std::shared_ptr<Snapshot const> snapshot() const { return board_->newest(); }

  /// Takes questions from any thread; while this core does not lead it knows no answers
  /// (Explained::known).
  [[nodiscard]] Explainer& explainer() { return *explainer_; }

  /// The epoch while this core makes the islands, else 0. Any thread.
  [[nodiscard]] std::uint64_t epoch() const;
  [[nodiscard]] bool leading() const { return epoch() != 0; }

 private:
  void follow(std::optional<Registry> known);
  void won(std::uint64_t epoch);
  void lost();
  void adopt(engine::Engine& engine, Players& players);
  void adopt(Follower::Connections const& connections, Players& players);
  [[nodiscard]] Leading leading_parts(std::uint64_t epoch, Registry known);

  Parts const parts_;
  Options const options_;
  std::shared_ptr<SnapshotBoard> const board_;
  std::shared_ptr<Explainer> const explainer_;
  std::atomic<std::uint64_t> epoch_{0};  ///< of service_
  std::uint64_t last_epoch_ = 0;         ///< under which this core ever led
  std::unique_ptr<Follower> follower_;   ///< one of the two is there
  std::unique_ptr<Service> service_;
  std::shared_ptr<bool> const alive_ = std::make_shared<bool>(true);  ///< for the lease's calls
};

}  // namespace archipelago::islands
