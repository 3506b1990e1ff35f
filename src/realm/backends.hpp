// All backends of a realm behind the one that the islands know.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulator.hpp"
#include "adapters/switchboard.hpp"
#include "adapters/ws_room.hpp"
#include "auth/room_token.hpp"
#include "base/loop.hpp"
#include "base/worker_pool.hpp"
#include "bus/bus.hpp"
#include "realm/config.hpp"
#include "realm/livekit_hosts.hpp"

namespace archipelago::realm {

/// Whether one of these rules, which can be read, asks for LiveKit.
bool wants_livekit(std::vector<std::string> const& rules);

/// Not ready before start(): our own address is known only once the server listens (port 0 takes
/// any free one). Then the loop's alone.
class Backends final : public adapters::Backend {
 public:
  struct Parts {
    Loop& loop;  ///< the islands'
    Metrics& metrics;
    auth::RoomKey const& key;
    adapters::Simulator::Fill
        fill;                     ///< peoples a room of the simulator; empty: rooms are elsewhere
    bus::Bus* cluster = nullptr;  ///< where hosts of rooms tell of themselves; null: we are the one
    adapters::WsRoom::Epoch epoch{};  ///< of the core, for room tokens
    std::stop_token stop{};           ///< ends waiting for hosts
  };

  /// The parts and `config` outlive this.
  Backends(Config const& config, Parts parts) : config_(config), parts_(std::move(parts)) {}

  /// `own`: ws:// or wss:// URL of this realm. Before the loop starts.
  void start(std::string const& own);
  /// After the loop has stopped: waits for what is under way.
  void end() { pool_.reset(); }

  [[nodiscard]] Result<std::string> connection_string(std::string_view island,
                                                      Address const& player, WallTime now) override;
  [[nodiscard]] std::vector<std::string> review(std::span<adapters::IslandFacts const> islands,
                                                Instant now) override;
  void adopt(std::string_view island, std::string_view connection) override {
    if (board_) board_->adopt(island, connection);
  }
  [[nodiscard]] std::string carrier(std::string_view island) const override {
    return board_ ? board_->carrier(island) : std::string();
  }

 private:
  [[nodiscard]] std::vector<adapters::Carrier> carriers(std::string const& own) const;
  void add_rooms(std::vector<adapters::Carrier>& all, std::string const& own) const;
  void add_livekit(std::vector<adapters::Carrier>& all) const;
  void watch_hosts();

  Config const& config_;
  Parts const parts_;
  std::optional<adapters::Switchboard> board_;
  std::optional<HostWatch> watch_;
  std::unique_ptr<WorkerPool> pool_;  // waits for hosts' answers; null: no watch
};

}  // namespace archipelago::realm
