// What a realm is made of. Members are declared so that whatever is referred to outlives who refers
// to it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/room_token.hpp"
#include "base/loop_lag.hpp"
#include "bus/bus.hpp"
#include "gateway/gateway.hpp"
#include "net/server.hpp"
#include "realm/core.hpp"
#include "realm/facts.hpp"
#include "realm/logins.hpp"
#include "realm/mirror.hpp"
#include "realm/prometheus.hpp"
#include "realm/realm.hpp"
#include "realm/role.hpp"
#include "realm/room_host.hpp"
#include "realm/signed_login.hpp"
#include "realm/views.hpp"

namespace archipelago::realm {

class Realm::Impl {
 public:
  explicit Impl(Config const& config);
  ~Impl() { end(); }

  Result<> start(std::unique_ptr<TraceFile> recording, std::function<bool()> give_up);
  void stop();
  void reload();
  [[nodiscard]] std::string url() const { return server_->url(); }
  [[nodiscard]] net::Router const& routes() const { return router_; }

 private:
  [[nodiscard]] bool alone() const { return config_.nats.servers.empty(); }
  Result<> join(std::function<bool()> give_up);
  Result<std::unique_ptr<bus::Lease>> lease() const;
  void assemble(std::unique_ptr<TraceFile> recording, std::unique_ptr<bus::Lease> lease);
  void make_logins();
  void make_core(std::unique_ptr<TraceFile> recording, std::unique_ptr<bus::Lease> lease);
  void make_rooms();
  void make_gateway();
  void make_views();
  void register_endpoints();
  Result<> listen();
  [[nodiscard]] std::shared_ptr<islands::Snapshot const> snapshot() const;
  [[nodiscard]] Facts facts() const;
  [[nodiscard]] bool islands_are_made() const;
  [[nodiscard]] gateway::RealmView const* others() const;
  [[nodiscard]] std::string listening() const;
  [[nodiscard]] std::vector<NamedLag> lags() const;
  [[nodiscard]] Scrape scrape();
  void tell_where(std::string const& base) const;
  void send_away();
  void end();

  Config const config_;
  Role const role_;
  Metrics metrics_;
  SystemRandom random_;
  auth::RoomKey const key_;
  std::string const id_;  // of this process in its realm; "" where it is all of it

  // Loops, and what their tasks use.
  net::ShardPool shards_;
  net::Shard core_loop_;  // the islands' own
  std::shared_ptr<LoopLag const> const core_lag_;
  std::unique_ptr<bus::Bus> bus_;
  std::vector<std::unique_ptr<bus::Mailbox>> mailboxes_;

  // The parts of the realm that are this process'.
  std::optional<Logins> logins_;
  std::optional<Core> core_;
  std::optional<Mirror> mirror_;
  std::optional<SignedLogin> signed_login_;
  std::optional<RoomHost> rooms_;
  std::optional<gateway::Gateway> gateway_;
  std::optional<Views> views_;
  std::atomic<bool> ready_{false};  // server_ is set and the islands' loop runs
  std::atomic<bool> ending_{false};

  net::Router router_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace archipelago::realm
