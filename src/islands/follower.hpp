// A core that does not lead: it listens, so that it can go on at any moment, and so that statistics
// can be answered everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"
#include "islands/heartbeat_batch.hpp"
#include "islands/options.hpp"
#include "islands/registry.hpp"
#include "islands/snapshot.hpp"
#include "islands/snapshot_board.hpp"

namespace archipelago::islands {

inline constexpr std::size_t kMaxIslandsBytes = std::size_t{64} << 20U;  ///< of engine.islands
/// An epoch is a time of day, or little more than the one before; one that is further ahead of our
/// clock would shut out every core that leads after it.
inline constexpr Millis kEpochMostAhead{24 * 60 * 60 * 1000};
/// When cores of ours were silent so long, a known one is listened to.
inline constexpr Millis kCoreSilence{10'000};

/// One actor: everything but snapshot() belongs to the loop's thread, construction and destruction
/// too. Says nothing on the bus.
///
/// Input: heartbeats of both kinds, `peer.*.connect`, `peer.*.disconnect`, `cluster.gateway.*`,
/// `engine.peer.*.island_changed`, `engine.islands` and `cluster.core`; known services among them
/// are enough for statistics. What a core says whose epoch is below the newest heard, or more than
/// kEpochMostAhead of our clock, is dropped (cluster_fenced); so is what a known core says before
/// ours were silent for kCoreSilence. Bounded by Options::max_players. Which island a player was
/// told: the newest announcement, what its gateway says once that is kAnnouncementPatience old, and
/// for players of no gateway of ours the island on which `engine.islands` has them.
///
/// Cost: a microsecond a beat; a snapshot each flush_interval, O(players): 100 000 take about
/// 30 ms (service_bench).
class Follower {
 public:
  /// The references must outlive it.
  struct Parts {
    Loop& loop;
    bus::Bus& bus;
    Metrics& metrics;
    std::uint32_t max_peers = 100;           ///< of islands, until somebody says
    std::shared_ptr<SnapshotBoard> board{};  ///< null: its own
    std::optional<Registry> known{};         ///< from a service that leads no more
    std::uint64_t epoch = 0;                 ///< the newest that is known
  };
  /// By island: what its players were told last of where it is, up to the '?'.
  using Connections = std::unordered_map<std::string, std::string>;
  /// What a core needs to go on.
  struct Knowledge {
    Registry registry;
    Connections connections;
  };

  /// Listens until destroyed. Throws std::invalid_argument for options that problem_with() names.
  Follower(Parts parts, Options options);
  ~Follower();
  Follower(Follower const&) = delete;
  Follower& operator=(Follower const&) = delete;

  /// At most flush_interval old; never null. Islands are in the order of older_id(), their members
  /// by address; centre and radius are those of the positions. Any thread.
  [[nodiscard]] std::shared_ptr<Snapshot const> snapshot() const { return board_->newest(); }

  [[nodiscard]] std::size_t players() const { return registry_.players.size(); }

  /// The follower must not run any more but be destroyed.
  [[nodiscard]] Knowledge hand_over();

 private:
  struct Island {
    std::string connection{};
    std::uint32_t max_peers = 0;
  };

  void listen();
  void on_heartbeat(bus::Message const& message);
  void on_batch(bus::Message const& message);
  void on_beat(Beat const& beat, Gateways::Number gateway);
  void on_session_change(bus::Message const& message);
  void on_gateway(bus::Message const& message);
  void on_island_changed(bus::Message const& message);
  void on_islands(bus::Message const& message);
  void on_core(bus::Message const& message) { static_cast<void>(is_stale(message)); }
  void note_member(std::string_view address, std::string const& island);
  [[nodiscard]] bool is_stale(bus::Message const& message);
  [[nodiscard]] bool believes(std::uint64_t epoch);
  Players::Record* hear_of(Address const& player);
  Island* note_island(std::string_view id);
  void note_connection(Beat const& beat);
  void tick();
  void look();
  void forget_islands();
  [[nodiscard]] std::shared_ptr<Snapshot> make_snapshot() const;

  Loop& loop_;
  bus::Bus& bus_;
  Metrics& metrics_;
  Options const options_;
  std::uint32_t const max_peers_;
  std::shared_ptr<SnapshotBoard> const board_;
  Registry registry_;
  std::unordered_map<std::string, Island> islands_;  // iterated only where order does not matter
  std::uint64_t newest_epoch_;
  Instant heard_ours_;  ///< the core of newest_epoch_

  Timer tick_timer_;
  Timer look_timer_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  std::vector<bus::Subscription> subscriptions_;
};

}  // namespace archipelago::islands
