// What a realm is made of. Members are declared so that whatever is referred to outlives who refers
// to it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "auth/eth_wallets.hpp"
#include "auth/login_verifier.hpp"
#include "auth/room_token.hpp"
#include "base/loop_lag.hpp"
#include "base/worker_pool.hpp"
#include "bus/in_process.hpp"
#include "gateway/gateway.hpp"
#include "islands/privacy.hpp"
#include "islands/quality.hpp"
#include "islands/service.hpp"
#include "net/server.hpp"
#include "realm/backends.hpp"
#include "realm/bans.hpp"
#include "realm/eth_endpoint.hpp"
#include "realm/facts.hpp"
#include "realm/prometheus.hpp"
#include "realm/realm.hpp"
#include "realm/scene_board.hpp"
#include "realm/signed_login.hpp"
#include "realm/station.hpp"
#include "realm/trace_file.hpp"
#include "rooms/extras.hpp"
#include "rooms/rooms.hpp"

namespace archipelago::realm {

class Realm::Impl {
 public:
  Impl(Config const& config, std::unique_ptr<TraceFile> recording);
  ~Impl() { end(); }

  Result<> start();
  void stop();
  void reload() { bans_.reload(); }
  [[nodiscard]] std::string url() const { return server_->url(); }
  [[nodiscard]] net::Router const& routes() const { return router_; }

 private:
  islands::Parts island_parts();
  Bans::Parts ban_parts();
  Backends::Parts backend_parts();
  Station::Parts station_parts();
  std::unique_ptr<engine::Engine> engine();
  void register_endpoints();
  [[nodiscard]] Facts facts() const;
  [[nodiscard]] std::vector<NamedLag> lags() const;
  [[nodiscard]] Scrape scrape();
  void tell_where(std::string const& base) const;
  void end();

  Config const config_;
  Metrics metrics_;
  SystemRandom random_;
  std::stop_source asking_;  // other servers: stopped at the end
  auth::RoomKey const key_;

  // Loops, and what their tasks use.
  net::ShardPool shards_;
  net::Shard core_;  // the islands' own
  std::shared_ptr<LoopLag const> const core_lag_;
  bus::InProcessBus bus_;
  std::vector<std::unique_ptr<bus::Mailbox>> mailboxes_;

  // Logins.
  std::optional<EthEndpoint> eth_;
  std::optional<auth::EthWallets> wallets_;
  WorkerPool curve_;
  WorkerPool wallet_pool_;
  auth::PooledLoginVerifier proofs_;
  Bans bans_;

  // The parts of the realm.
  Backends backends_;
  std::unique_ptr<TraceFile> recording_;  // null: none
  islands::Service islands_;
  islands::ToldSnapshots told_;  // what outsiders may see of them
  islands::QualityWatch quality_;
  SignedLogin signed_login_;
  SceneBoard scenes_;
  WorkerPool scene_pool_;  // its thread waits for the content server
  rooms::Rooms rooms_;
  rooms::Extras extras_;
  gateway::Gateway gateway_;
  Station station_;
  std::atomic<bool> ready_{false};  // server_ is set and the islands' loop runs
  std::atomic<bool> ending_{false};

  net::Router router_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace archipelago::realm
